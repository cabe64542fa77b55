"""pytest as this project runs it: two plugins, `rules` for all rooms and `in_odoo` for a run with Odoo tests."""
