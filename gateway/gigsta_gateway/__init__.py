"""The gateway: a route table, a streaming proxy and the edge's policies."""
