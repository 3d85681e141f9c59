"""Spreadsheets as a program sees them that reads their XML by the standard, and knows nothing of the one that wrote."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree.ElementTree import Element, fromstring

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

Cell = str | float | bool | None


def sheets(data: bytes) -> dict[str, list[list[Cell]]]:
    """Returns the rows of each sheet by its name; a cell that is not there is None, as are those after the last."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        links = {
            relation.attrib["Id"]: relation.attrib["Target"]
            for relation in fromstring(packed.read("xl/_rels/workbook.xml.rels"))
        }
        book = fromstring(packed.read("xl/workbook.xml"))
        return {
            sheet.attrib["name"]: _rows(fromstring(packed.read(f"xl/{links[sheet.attrib[_LINK]]}")))
            for sheet in book.iter(f"{_MAIN}sheet")
        }


def _rows(sheet: Element) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in sheet.iter(f"{_MAIN}row"):
        while len(rows) < int(row.attrib["r"]):
            rows.append([])
        for cell in row:
            at = _column(cell.attrib["r"])
            rows[-1] += [None] * (at - len(rows[-1])) + [_value(cell)]
    return rows


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Element) -> Cell:
    kind = cell.attrib.get("t", "n")
    children = [child.tag.removeprefix(_MAIN) for child in cell]
    if kind == "inlineStr":
        assert children == ["is"]
        assert [child.tag for child in cell[0]] == [f"{_MAIN}t"]
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell[0][0].text or "")
    assert children == ["v"]
    text = cell[0].text or ""
    assert kind in ("n", "b")
    return text == "1" if kind == "b" else float(text)
