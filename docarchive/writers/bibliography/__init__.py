"""Writers of bibliographies: articles as what is cited, without their texts."""
