import pytest

from docarchive.writers.bibliography.names import Name, name_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana Ruiz", Name("Ruiz", "Ana")),
        ("  Ana   Maria Ruiz ", Name("Ruiz", "Ana Maria")),
        ("Ruiz, Ana", Name("Ruiz", "Ana")),
        ("van Gogh, Vincent", Name("Gogh", "Vincent", "van")),
        ("Vincent van Gogh", Name("Gogh", "Vincent", "van")),
        ("Ursula von der Leyen", Name("Leyen", "Ursula", "von der")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "", "Jr.")),
        ("Martin Luther King, Jr.", Name("King", "Martin Luther", "", "Jr.")),
        ("Zoë O'Neil-Smith III", Name("O'Neil-Smith", "Zoë", "", "III")),
        ("Мария Иванова", Name("Иванова", "Мария")),
    ],
)
def test_names_of_people_are_taken_apart(text: str, name: Name) -> None:
    assert name_of(text) == name
    assert not name_of(text).whole


@pytest.mark.parametrize(
    "text",
    [
        *("Reuters", "Plato", "王小明", "Associated Press", "Ministry of Works", "The Harbour Times", "Larsen & Co"),
        *("Ana Ruiz and Bo Larsen", "Agence France 24", "Staff Reporter", "Ana Ruiz, Porto, Lisbon", "Ana Ruiz, Porto"),
        *("Stadt Köln Redaktion", "van Gogh", "ana@example.org", "Universität Bonn", ","),
    ],
)
def test_organisations_and_what_is_no_name_stay_whole(text: str) -> None:
    assert name_of(text) == Name(text)
    assert name_of(text).whole


def test_known_organisations_stay_whole() -> None:
    assert name_of("Blue Harbour").given == "Blue"
    assert name_of("Blue Harbour", {"blue harbour"}).whole
