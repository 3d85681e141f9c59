"""Programs that archive or search texts, if they are on PATH: notmuch, recoll, sqlite-utils, ripgrep."""

import re
import shutil
import subprocess
from pathlib import Path

from benchmarks.peers.measuring import Command, command
from benchmarks.peers.peer import Peer, Query, environment, output_of, version_in


class _Maildir(Peer):
    """A program that indexes a folder of messages."""

    form = "mail"

    @property
    def folder(self) -> Path:
        """The copy of the messages for this peer."""
        return self.work / "mail"

    def prepare(self) -> None:
        subprocess.run(["cp", "-a", str(self.source), str(self.folder)], check=True)

    def prepare_addition(self, batch: int) -> None:
        for message in (self.inputs.path(self.form, batch) / "cur").iterdir():
            shutil.copy(message, self.folder / "cur")

    def import_again(self) -> list[Command]:
        return self.import_all()

    def add(self, batch: int) -> list[Command]:
        return self.import_all()


class Notmuch(_Maildir):
    """The mail search program, which indexes with Xapian."""

    name = "notmuch"
    programs = ("notmuch",)
    about = "a message for each article, in a Maildir; newest first, not by relevance; texts stay in the messages"
    articles_per_second = 600
    other_jobs = 0.2

    @property
    def _settings(self) -> Path:
        return self.work / "config"

    def prepare(self) -> None:
        super().prepare()
        self._settings.write_text(
            f"[database]\npath={self.folder}\n[user]\nname=x\nprimary_email=x@example.org\n[new]\ntags=new\nignore=\n"
            "[search]\nexclude_tags=\n[maildir]\nsynchronize_flags=false\n"
        )

    def _command(self, *arguments: object) -> Command:
        return command("notmuch", *arguments, NOTMUCH_CONFIG=self._settings)

    def import_all(self) -> list[Command]:
        return [self._command("new", "--quiet")]

    def _query_text(self, query: Query) -> str:
        dates = f" date:{query.dates[0]}..{query.dates[1]}" if query.dates else ""
        return query.words.replace("title:", "subject:") + dates

    def search(self, query: Query) -> Command:
        return self._command("search", "--limit=10", self._query_text(query))

    def count(self, query: Query) -> Command:
        return self._command("count", self._query_text(query))

    def export(self) -> list[Command]:
        return [self._command("show", "--format=json", "--entire-thread=false", "--body=true", "*")]

    def index(self) -> list[Path]:
        return [self.folder / ".notmuch"]


class Recoll(_Maildir):
    """The desktop search program, which indexes with Xapian."""

    name = "recoll"
    programs = ("recollindex", "recollq")
    about = "recollindex and recollq over the same messages, without aspell; keeps texts compressed in its index"
    articles_per_second = 600
    other_jobs = 0.2

    @property
    def _settings(self) -> Path:
        return self.work / "settings"

    def version(self) -> str:
        return version_in(output_of("recollindex", "-h").partition("Recoll ")[2])

    def prepare(self) -> None:
        super().prepare()
        self._settings.mkdir()
        lines = f"topdirs = {self.folder}\nindexstemminglanguages = english\nnoaspell = 1\nloglevel = 1\n"
        (self._settings / "recoll.conf").write_text(lines)

    def import_all(self) -> list[Command]:
        return [command("recollindex", "-c", self._settings)]

    def _query_text(self, query: Query) -> str:
        return query.words + (f" date:{query.dates[0]}/{query.dates[1]}" if query.dates else "")

    def search(self, query: Query) -> Command:
        return command("recollq", "-c", self._settings, "-n", 10, "-q", self._query_text(query))

    def count(self, query: Query) -> Command:
        return command("recollq", "-c", self._settings, "-Q", "-E", "-q", self._query_text(query))

    def counted(self, output: str) -> int:
        match = re.search(r"(\d+) (?:results|hits)", output)
        return int(match[1]) if match else 0

    def index(self) -> list[Path]:
        return [self._settings]


class SqliteUtils(Peer):
    """The command line for SQLite, from PATH or else from a virtual environment of its own."""

    name = "sqlite-utils"
    about = "insert, then enable-fts with porter and triggers; importing again and adding are upserts"
    articles_per_second = 10_000
    other_jobs = 3.0

    @property
    def _database(self) -> Path:
        return self.work / "articles.sqlite"

    def _program(self) -> str:
        programs = environment("sqlite-utils", "sqlite-utils>=4.2,<5")
        return shutil.which("sqlite-utils") or (f"{programs}/sqlite-utils" if programs else "")

    def missing(self) -> str:
        return "" if self._program() else "not on PATH, and pip could not install it"

    def version(self) -> str:
        return version_in(output_of(self._program(), "--version"))

    def _command(self, *arguments: object) -> Command:
        return command(self._program(), *arguments)

    def import_all(self) -> list[Command]:
        enable = ("enable-fts", self._database, "docs", "title", "body", "--tokenize", "porter", "--create-triggers")
        insert = ("insert", self._database, "docs", self.source, "--nl", "--pk", "id")
        return [self._command(*insert), self._command(*enable)]

    def _upsert(self, source: Path) -> list[Command]:
        return [self._command("upsert", self._database, "docs", source, "--nl", "--pk", "id")]

    def import_again(self) -> list[Command]:
        return self._upsert(self.source)

    def add(self, batch: int) -> list[Command]:
        return self._upsert(self.inputs.path(self.form, batch))

    def _query(self, columns: str, query: Query, *end: str) -> Command:
        sql = f"select {columns} from docs_fts f join docs d on d.rowid = f.rowid where docs_fts match :words"
        parameters = ["-p", "words", query.words]
        if query.dates:
            sql += " and d.date between :first and :last"
            parameters += ["-p", "first", query.dates[0], "-p", "last", f"{query.dates[1]}T99"]
        return self._command("query", self._database, " ".join([sql, *end]), *parameters)

    def search(self, query: Query) -> Command:
        if query.dates:
            return self._query("d.date, d.title", query, "order by f.rank limit 10")
        columns = ("-c", "date", "-c", "title", "--limit", 10)
        return self._command("search", self._database, "docs", query.words, *columns)

    def count(self, query: Query) -> Command:
        return self._query("count(*) as matches", query)

    def counted(self, output: str) -> int:
        match = re.search(r"\d+", output)
        return int(match[0]) if match else 0

    def export(self) -> list[Command]:
        return [self._command("rows", self._database, "docs", "--nl")]


class Ripgrep(Peer):
    """No index: it reads every file for every search."""

    name = "ripgrep"
    about = "no index, no ranking, no stems: the first ten files with the whole word, in any case"
    form = "markdown"
    programs = ("rg",)

    def _line(self, query: Query) -> str:
        folder, words = self.source, query.words
        if query.dates:  # the day is in the name of the file
            first, last = query.dates
            days = f"{first[:-1]}[{first[-1]}-{last[-1]}]"
            return f"rg -liw -g '{days}-*' {words} {folder}"
        if " AND " in words:
            one, other = words.split(" AND ")
            return f"rg -liw0 {other} {folder} | xargs -0 -r rg -liw {one}"
        if words.startswith('"'):
            pattern = words.strip('"').replace(" ", r"\s+")
            return rf"rg -li '\b{pattern}\b' {folder}"
        if words.endswith("*"):
            return rf"rg -li '\b{words[:-1]}' {folder}"
        if words.startswith("title:"):
            return rf"rg -li '^title: .*\b{words[6:]}\b' {folder}"
        return f"rg -liw '{words.replace(' OR ', '|')}' {folder}"

    def search(self, query: Query) -> Command:
        return command("sh", "-c", f"{self._line(query)} | head -10")

    def count(self, query: Query) -> Command:
        return command("sh", "-c", f"{self._line(query)} | wc -l")

    def index(self) -> list[Path]:
        return []
