"""Countries and states as QuickBooks spells them. Plain Python; lives as long as the page that it was made for."""

from babel.core import get_global
from odoo.fields import Domain


class Places:
    """Looks countries and states up in memory: one query for the countries, one for the states of a page.

    :param addresses: those of the page, in QuickBooks' shape
    :param country: in which the states of addresses without a country are looked up
    """

    def __init__(self, env, addresses=(), country=None):
        self.env = env
        self.home = env['res.country'] if country is None else country
        self._countries = None
        self._states = {}  # (country id, code or name without case): state
        self._known = env['res.country']  # countries whose states were read
        named = {address['Country'] for address in addresses if address.get('CountrySubDivisionCode')}
        if named:
            self._read_states(env['res.country'].union(*map(self.country, named)) | self.home)

    def country(self, name):
        """Return the country that QuickBooks calls ``US``, ``USA`` or ``United States`` (qbo-api 2, BLOG-2508)."""
        countries = self.env['res.country'].with_context(lang='en_US')
        if not name:
            return countries
        if self._countries is None:
            self._countries = {}
            for country in countries.search_fetch([], ['code', 'name']):
                for key in ((country.code or '').upper(), country.name.casefold()):
                    self._countries.setdefault(key, country)
        code = (get_global('territory_aliases').get(name.upper()) or [name.upper()])[0]
        found = self._countries.get(code, countries) if len(code) == 2 else countries
        return found or self._countries.get(name.casefold(), countries)

    def state(self, code, country):
        """Return the state of a country that has this code or this name; empty where there is none."""
        country = country or self.home
        if country not in self._known:
            self._read_states(country)
        return self._states.get((country.id, code.casefold()), self.env['res.country.state'])

    def _read_states(self, countries):
        self._known |= countries
        domain = Domain('country_id', 'in', countries.ids)
        for state in self.env['res.country.state'].search_fetch(domain, ['code', 'name', 'country_id']):
            for key in (state.code, state.name):
                self._states.setdefault((state.country_id.id, key.casefold()), state)
