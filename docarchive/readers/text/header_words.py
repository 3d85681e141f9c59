"""Labels of header lines above a text, in the languages of those who write them."""

from __future__ import annotations

from typing import Final

from docarchive import keys
from docarchive.readers.values.people import BY_WORDS

_LABELS: Final = {
    "title": """title headline titel überschrift schlagzeile titre título titulo titolo titulek tittel rubrik tytuł
        заголовок название назва başlık otsikko τίτλος 标题 標題 题目 タイトル 題名 見出し 제목 العنوان כותרת""",
    "date": """date dated published posted publication_date release_date date_published published_on datum
        veröffentlicht erscheinungsdatum veröffentlichungsdatum publikationsdatum fecha_de_publicación
        data_di_pubblicazione data_de_publicação date_de_publication
        publié fecha publicado data pubblicato dato publicerad дата опубликовано
        tarih päivämäärä ημερομηνία 日期 发布日期 日付 公開日 날짜 التاريخ תאריך""",
    "updated": """updated modified last_modified last_updated aktualisiert mis_à_jour actualizado aggiornato
        atualizado gewijzigd обновлено 更新 更新日 수정""",
    "authors": f"""{" ".join(BY_WORDS)} author authors byline writer written_by autor autoren autorin verfasser auteur
        auteurs autores autore autori författare forfatter autorzy автор авторы yazar kirjoittaja συγγραφέας 作者 著者
        記者 저자 기자 الكاتب מחבר""",
    "source": """source publisher publication newspaper agency quelle zeitung fuente fonte bron källa kilde źródło
        источник джерело kaynak lähde πηγή 来源 來源 出典 출처 المصدر מקור""",
    "url": """url link permalink web source_url original_url canonical_url lien enlace adresse 链接 リンク ссылка""",
    "language": "language lang sprache langue idioma lingua taal språk język язык dil 语言 言語 언어",
    "summary": """summary abstract description zusammenfassung résumé resumen sommario resumo samenvatting
        sammanfattning streszczenie аннотация özet 摘要 要約 요약""",
    "section": """section rubric ressort rubrique sección sezione seção rubriek dział раздел рубрика bölüm""",
    "tags": """tags tag keywords keyword key_words topics topic categories category labels subjects schlagwörter
        schlagworte stichwörter stichworte kategorie mots-clés mots_clés étiquettes catégorie etiquetas
        palabras_clave categoría parole_chiave etichette categoria palavras-chave trefwoorden nyckelord taggar
        emneord tagi słowa_kluczowe теги ключевые_слова метки etiketler 标签 標籤 关键词 タグ キーワード 태그""",
    "places": "place places location ort lieu lugar luogo plaats ort miejsce место yer 地点 場所",
    "people": "people persons personen personnes personas persone личности",
    "organizations": "organizations organisations organization organisation",
}
_KEYS: Final = {label: key for key, labels in _LABELS.items() for label in labels.split()}


#: Keys that are no labels: a text may begin with ``Notes: …``.
_OF_THE_TEXT: Final = frozenset({"id", *keys.ANNOTATIONS})


def known_key(label: str) -> str | None:
    """Returns the known key that a label stands for, or None.

    >>> known_key("Datum"), known_key("Mots clés"), known_key("Shoe size")
    ('date', 'tags', None)
    """
    name = label_key(label)
    return _KEYS.get(name) or (None if name in _OF_THE_TEXT else keys.descriptive(name))


def translated_key(label: str) -> str | None:
    """Returns the known key that a label stands for in one of the languages, or None; words such as ``by`` are none.

    >>> translated_key("Überschrift"), translated_key("Date de publication"), translated_key("by")
    ('title', 'date', None)
    """
    name = label_key(label)
    return None if name in BY_WORDS else _KEYS.get(name)


def label_key(label: str) -> str:
    """Returns a label as a key: ``message_id`` for ``Message ID``."""
    return "_".join(label.lower().split())
