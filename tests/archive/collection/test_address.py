"""The addresses of collections, as users write them."""

import pytest

from docarchive.archive.collection.address import address_of, cluster_at, is_address
from docarchive.errors import UsageError

_WRITTEN = {
    "opensearch+https://a/news": ("https://a:9200", "opensearch+https://a:9200/news"),
    "opensearch+https:/a/news/": ("https://a:9200", "opensearch+https://a:9200/news"),
    "opensearch+http://a:1,b:2/news": ("http://a:1,http://b:2", "opensearch+http://a:1,b:2/news"),
    "opensearch+http://a:1,http://b:2/news": ("http://a:1,http://b:2", "opensearch+http://a:1,b:2/news"),
    "opensearch+http:/a:1,http:/b:2/news": ("http://a:1,http://b:2", "opensearch+http://a:1,b:2/news"),
}


@pytest.mark.parametrize("text", _WRITTEN)
def test_the_scheme_may_be_with_each_node(text: str) -> None:
    cluster = cluster_at(text)
    assert is_address(text)
    assert (cluster.url, address_of(cluster)) == _WRITTEN[text]
    assert cluster.index_name == "news"


@pytest.mark.parametrize(
    "text", ["opensearch+https://a,http://b/news", "opensearch+https://a,//b/news", "opensearch://a"]
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no address of a collection"):
        cluster_at(text)
