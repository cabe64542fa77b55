"""Currencies of the world by code, under the names that QuickBooks gives them as far as they are recorded,
and what one of them is worth at home on a day (purchases 13)."""

from . import money

NAMES = dict(each.split(' ', 1) for each in """
AED United Arab Emirates Dirham|AFN Afghan Afghani|ALL Albanian Lek|AMD Armenian Dram|ANG Netherlands Antillean Guilder
AOA Angolan Kwanza|ARS Argentine Peso|AUD Australian Dollar|AWG Aruban Florin|AZN Azerbaijan Manat
BAM Bosnia and Herzegovina Convertible Mark|BBD Barbadian Dollar|BDT Bangladeshi Taka|BGN Bulgarian Lev
BHD Bahraini Dinar|BIF Burundi Franc|BMD Bermudian Dollar|BND Brunei Dollar|BOB Bolivian Boliviano
BRL Brazilian Real|BSD Bahamian Dollar|BTN Bhutan Ngultrum|BWP Botswana Pula|BYN Belarusian Ruble
BZD Belizean Dollar|CAD Canadian Dollar|CDF Congolese Franc|CHF Swiss Franc|CLP Chilean Peso
CNY Chinese Yuan Renminbi|COP Colombian Peso|CRC Costa Rican Colon|CUP Cuban Peso|CVE Cape Verdean Escudo
CZK Czech Koruna|DJF Djibouti Franc|DKK Danish Krone|DOP Dominican Peso|DZD Algerian Dinar|EGP Egyptian Pound
ERN Eritrean Nakfa|ETB Ethiopian Birr|EUR Euro|FJD Fijian Dollar|FKP Falkland Islands Pound
GBP British Pound Sterling|GEL Georgian Lari|GHS Ghanaian Cedi|GIP Gibraltar Pound|GMD Gambian Dalasi
GNF Guinean Franc|GTQ Guatemalan Quetzal|GYD Guyanese Dollar|HKD Hong Kong Dollar|HNL Honduran Lempira
HTG Haitian Gourde|HUF Hungarian Forint|IDR Indonesian Rupiah|ILS Israeli New Sheqel|INR Indian Rupee
IQD Iraqi Dinar|IRR Iranian Rial|ISK Icelandic Krona|JMD Jamaican Dollar|JOD Jordanian Dinar|JPY Japanese Yen
KES Kenyan Shilling|KGS Kyrgyzstani Som|KHR Cambodian Riel|KMF Comoro Franc|KPW North Korean Won
KRW South Korean Won|KWD Kuwaiti Dinar|KYD Cayman Islands Dollar|KZT Kazakhstani Tenge|LAK Lao Kip
LBP Lebanese Pound|LKR Sri Lanka Rupee|LRD Liberian Dollar|LSL Lesotho Loti|LYD Libyan Dinar
MAD Moroccan Dirham|MDL Moldovan Leu|MGA Malagasy Ariary|MKD Macedonian Denar|MMK Myanmar Kyat
MNT Mongolian Tugrik|MOP Macanese Pataca|MRU Mauritanian Ouguiya|MUR Mauritian Rupee|MVR Maldivian Rufiyaa
MWK Malawian Kwacha|MXN Mexican Peso|MYR Malaysian Ringgit|MZN Mozambican Metical|NAD Namibian Dollar
NGN Nigerian Naira|NIO Nicaraguan Cordoba|NOK Norwegian Krone|NPR Nepalese Rupee|NZD New Zealand Dollar
OMR Omani Rial|PAB Panamanian Balboa|PEN Peruvian Nuevo Sol|PGK Papua New Guinean Kina|PHP Philippine Peso
PKR Pakistani Rupee|PLN Polish Zloty|PYG Paraguayan Guarani|QAR Qatari Riyal|RON Romanian Leu
RSD Serbian Dinar|RUB Russian Rouble|RWF Rwandan Franc|SAR Saudi Riyal|SBD Solomon Islands Dollar
SCR Seychelles Rupee|SDG Sudanese Pound|SEK Swedish Krona|SGD Singapore Dollar|SHP Saint Helena Pound
SLE Sierra Leone Leone|SOS Somali Shilling|SRD Surinamese Dollar|SSP South Sudanese Pound
STN Sao Tome and Principe Dobra|SYP Syrian Pound|SZL Swazi Lilangeni|THB Thai Baht|TJS Tajikistani Somoni
TMT Turkmenistan Manat|TND Tunisian Dinar|TOP Tongan Pa'anga|TRY Turkish Lira|TTD Trinidad and Tobago Dollar
TWD New Taiwan Dollar|TZS Tanzanian Shilling|UAH Ukrainian Hryvnia|UGX Ugandan Shilling|USD United States Dollar
UYU Uruguayan Peso|UZS Uzbekistani Sum|VES Venezuelan Bolivar|VND Vietnamese Dong|VUV Vanuatu Vatu
WST Samoan Tala|XAF CFA Franc BEAC|XCD East Caribbean Dollar|XOF CFA Franc BCEAO|XPF CFP Franc|YER Yemeni Rial
ZAR South African Rand|ZMW Zambian Kwacha|ZWL Zimbabwean Dollar
""".strip().replace('\n', '|').split('|'))  # fmt: skip


def cut(books, rate):
    """Return an exchange rate with as many decimals as Intuit keeps (``exchange_rate_digits``)."""
    digits = books.settings.exchange_rate_digits
    return rate if rate is None or digits is None else money.number(round(money.exact(rate), digits))


def of_day(books, code, day):
    """Return the home units that one unit of a currency is worth on a day.

    The last rate that somebody set on or before that day; else that of the settings, the same every day.
    """
    if code == books.home_currency:
        return 1
    found = [body for body in books.database.all(books.realm, 'ExchangeRate')
             if body['SourceCurrencyCode'] == code and body['AsOfDate'] <= day]  # fmt: skip
    usual = books.settings.exchange_rates.get(code, 1)
    return max(found, key=lambda body: body['AsOfDate'])['Rate'] if found else cut(books, usual)
