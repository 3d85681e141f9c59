"""Writers of bibliographies: articles as references, without their texts."""
