"""The OpenSearch engine: an index in a cluster, for articles that outgrow one machine (decision 0121).

Useful for many articles, or for many archives that are searched together. Not useful for one archive on one machine:
that is ``tantivy``.
"""

from docarchive.engines.opensearch.engine import OpenSearchEngine as OpenSearchEngine
