"""README.txt: what a target is, for somebody who has no docarchive, and how to restore a backup by hand."""

from __future__ import annotations

from typing import Final

_FIRST: Final = "docarchive backup, version 1\n"
_TEXT: Final = """
Backups of an archive of articles: Markdown files and the files that they came from.
They need no special program to be read. docarchive adds to them with

    docarchive backup TARGET

where TARGET is this folder (or ZIP file), and restores them with

    docarchive restore TARGET FOLDER
    docarchive restore TARGET FOLDER --at 2024-03-16

What is here

    archive/      the files of the last backup, as they are in the archive
    earlier/ab/   files that earlier backups have and the last one does not,
                  named by the SHA-256 of their bytes
    backups/      a list for each backup: the files that it has, with the
                  SHA-256 of their bytes. The name of a list is the time, in UTC
    unfinished/   only while a backup is written. If no backup is running, the
                  last one was interrupted: run it again. Until then, archive/
                  may have files that are newer than the last backup

Do not change these files. What you add to archive/ is removed by the next
backup.

How to check the last backup by hand

    cd archive && sha256sum -c --quiet ../backups/TIME.sha256

How to restore the last backup by hand: copy archive/ to a new folder.

How to restore any backup by hand, in a shell, from the folder of this file:
replace TIME and FOLDER, and run

    list=backups/TIME.sha256 folder=FOLDER
    grep -v '^[#\\]' "$list" | while IFS= read -r line; do
      digest=${line%% *} path=${line#*  }
      file=earlier/$(echo "$digest" | cut -c 1-2)/$digest
      [ -f "$file" ] || file=archive/$path
      mkdir -p "$folder/$(dirname "$path")" && cp -p "$file" "$folder/$path"
    done
    list=$(pwd)/$list; (cd "$folder" && sha256sum -c --quiet "$list")

(A line of a list that begins with a backslash is one of a file with a
backslash or a line break in its name; in such a line, \\\\ stands for a
backslash, and \\n for a line break. Copy such files one by one.)
"""


def readme() -> bytes:
    """Returns the content of the file."""
    return (_FIRST + _TEXT).encode()


def is_readme(content: bytes) -> bool:
    """Returns whether a file is one of these, of whatever version."""
    return content.startswith(_FIRST.rpartition(" ")[0].encode())
