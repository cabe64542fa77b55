"""HTTP: Intuit's paths, the sandbox's own under ``/_sandbox``, and a page for people."""
