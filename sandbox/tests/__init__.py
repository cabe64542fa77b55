"""Tests of the sandbox, over real HTTP. Run them from a folder of links: ``script/test sandbox``."""
