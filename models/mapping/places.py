"""Countries and states as QuickBooks spells them. Plain Python; lives as long as the page that it was made for."""

import functools

from babel import Locale
from babel.core import get_global
from odoo.fields import Domain

from ...qbo import compare

LANGUAGES = ('en', 'fr', 'es', 'de', 'pt', 'it', 'nl')
ALIASES = {
    compare.address_key(name): code
    for code, names in {
        'US': ("United States of America", "The United States", "U.S.", "U.S.A.", "U S A", "America"),
        'GB': ("Great Britain", "UK", "U.K.", "England", "Scotland", "Wales", "Northern Ireland"),
        'AE': ("UAE", "U.A.E."),
        'BS': ("The Bahamas",),
        'CI': ("Ivory Coast",),
        'CZ': ("Czech Republic", "The Czech Republic"),
        'IE': ("Republic of Ireland", "Eire"),
        'KR': ("Korea", "Republic of Korea"),
        'NL': ("Holland", "The Netherlands"),
        'PH': ("The Philippines",),
        'TR': ("Turkey",),
        'VG': ("BVI",),
        'VI': ("USVI", "US Virgin Islands"),
    }.items()
    for name in names
}
"""What people call a country besides its names."""
OLD_CODES = {('CA', 'pq'): 'qc', ('CA', 'nf'): 'nl', ('CA', 'pei'): 'pe', ('CA', 'nwt'): 'nt'}
"""What people write for a state besides its code."""


class Places:
    """Looks countries and states up in memory: one query for the countries, one for the states of a page.

    :param addresses: those of the page, in QuickBooks' shape
    :param country: in which the states of addresses without a country are looked up
    """

    def __init__(self, env, addresses=(), country=None):
        self.env = env
        self.home = env['res.country'] if country is None else country
        self._countries = None
        self._states = {}  # (country id, code without case, or words of the name): state
        self._known = env['res.country']  # countries whose states were read
        named = {address['Country'] for address in addresses if address.get('CountrySubDivisionCode')}
        if named:
            self._read_states(env['res.country'].union(*map(self.country, named)) | self.home)

    def country(self, name):
        """Return the country that people call ``US``, ``USA``, ``United States of America`` or ``États-Unis``."""
        countries = self.env['res.country'].with_context(lang='en_US')
        if not name:
            return countries
        if self._countries is None:
            self._countries = {}
            for country in countries.search_fetch([], ['code', 'name']):
                for key in ((country.code or '').upper(), compare.address_key(country.name)):
                    self._countries.setdefault(key, country)
        code = (get_global('territory_aliases').get(name.upper()) or [name.upper()])[0]
        words = compare.address_key(name)
        for key in (code if len(code) == 2 else None, words, ALIASES.get(words), _codes().get(words)):
            if key and key in self._countries:
                return self._countries[key]
        return countries

    def state(self, code, country):
        """Return the state of a country that has this code or this name; empty where there is none."""
        country = country or self.home
        if country not in self._known:
            self._read_states(country)
        short = code.replace('.', '').replace(' ', '').casefold()
        short = OLD_CODES.get((country.code, short), short)
        keys = (code.casefold(), compare.address_key(code), short)
        found = (self._states.get((country.id, key)) for key in keys)
        return next(filter(None, found), self.env['res.country.state'])

    def _read_states(self, countries):
        self._known |= countries
        domain = Domain('country_id', 'in', countries.ids)
        for state in self.env['res.country.state'].search_fetch(domain, ['code', 'name', 'country_id']):
            for key in (state.code.casefold(), compare.address_key(state.name)):
                self._states.setdefault((state.country_id.id, key), state)


@functools.cache
def _codes():
    """Return ``{words of a country's name: its code}``, as the languages that QuickBooks speaks spell them."""
    return {
        compare.address_key(name): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    }
