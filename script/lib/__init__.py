"""What the scripts of this project share: where things lie, how they are fetched, databases, servers."""
