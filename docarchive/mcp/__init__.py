"""MCP: an archive for the programs of assistants, by the Model Context Protocol.

Owns the tools, resources and prompts, how long their answers are, and the messages of the protocol. Useful wherever
messages can be passed on: ``stdio`` does so for one client. Knows ``archive`` alone, and prints nothing.
"""
