import inspect
import pickle

import pytest

from docarchive import errors
from docarchive.errors import ArticleError, DocarchiveError, QueryError


class OfAPlugIn(errors.ReaderError):
    def __init__(self, *, row: int, column: int) -> None:
        super().__init__(f"row {row}, column {column}")
        self.row, self.column = row, column


def all_errors() -> list[type[DocarchiveError]]:
    found = [DocarchiveError]
    for parameter in found:
        found.extend(other for other in parameter.__subclasses__() if other.__module__ == errors.__name__)
    return found


def test_each_error_has_the_exit_code_that_the_tree_says() -> None:
    drawn = [line.strip("│├└─ ").split() for line in (errors.__doc__ or "").splitlines() if "──" in line]
    codes: dict[str, int] = {}
    code = 0
    for name, *rest in drawn:
        code = int(rest[0]) if rest[0].isdigit() else code
        codes[name] = code
    own = {parameter.__name__: parameter.exit_code for parameter in all_errors() if parameter is not DocarchiveError}
    assert own == codes


def sample(kind: type[DocarchiveError]) -> DocarchiveError:
    """Returns an error of a class, with a different value for each argument of its constructor."""
    parameters = inspect.signature(kind).parameters.values()
    names = [
        (parameter.name, parameter.annotation)
        for parameter in parameters
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return kind(*(n if annotation == "int" else f"‘{name}’ fails" for n, (name, annotation) in enumerate(names)))


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind: type[DocarchiveError]) -> None:
    error = sample(kind) if inspect.isfunction(kind.__init__) else kind("it is full; free some space")
    error.add_note("while importing")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(error, protocol))
        assert type(copy) is kind
        assert str(copy) == str(error) != ""
        assert copy.args == error.args
        assert vars(copy) == vars(error)


def test_the_errors_of_plug_ins_survive_pickling_whatever_they_are_made_with() -> None:
    copy = pickle.loads(pickle.dumps(OfAPlugIn(row=3, column=4)))
    assert (str(copy), copy.row, copy.column) == ("row 3, column 4", 3, 4)


def test_an_article_error_names_its_key() -> None:
    error = ArticleError("date", "is not a date")
    assert str(error) == "date: is not a date"
    assert error.key == "date"


@pytest.mark.parametrize(
    ("query", "position", "lines"),
    [
        ("a AND", 2, "  a AND\n    ^"),
        ("", 0, "  \n  ^"),
        ("one\ttwo\nthree", 8, "  one two three\n          ^"),
    ],
)
def test_the_caret_stands_under_the_spot(query: str, position: int, lines: str) -> None:
    assert QueryError("wrong", query, position).caret() == lines


def test_the_caret_stands_under_the_spot_of_a_long_query() -> None:
    query = "x" * 5_000 + "!" + "y" * 5_000
    line, caret = QueryError("wrong", query, 5_000).caret().split("\n")
    assert len(line) == 80
    assert line[caret.index("^")] == "!"
