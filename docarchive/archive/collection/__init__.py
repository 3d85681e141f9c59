"""Collections: the articles of many archives, read from the cluster that they all feed (decision 0131)."""
