"""Customers, vendors and employees of the sample company. Nobody real; all phones are 555."""

CITIES = {
    'US': (('Palmview', 'FL', '33499'), ('Coral Bend', 'FL', '33498'), ('Lake Osprey', 'FL', '33497'),
           ('Pine Harbor', 'GA', '31999')),
    'CA': (('Lakemere', 'ON', 'K0K 9Z9'), ('Port Cedar', 'ON', 'K0K 9Z8'), ('Elm Falls', 'ON', 'K0K 9Z7'),
           ('Gull Inlet', 'BC', 'V0V 9Z9')),
    'GB': (('Millbrook Sands', '', 'ZZ1 4HL'), ('Ashford Quay', '', 'ZZ2 8PL'), ('Upper Tarn', '', 'ZZ3 1AA'),
           ('Kestrel Bay', '', 'ZZ4 9QQ')),
}  # fmt: skip
COUNTRY = {'US': 'USA', 'CA': 'Canada', 'GB': 'United Kingdom'}
CUSTOMERS = """
Aldous Fenwick||Aldous|Fenwick|3 Marlin Court
Amber & Sons Motel|Amber & Sons Motel|Nadia|Amber|88 Highway One
Bayside Tennis Club|Bayside Tennis Club Inc.|Petra|Lindqvist|5 Racquet Row
Benoît Marchetti||Benoît|Marchetti|17 Rue Street
Calla Nightingale||Calla|Nightingale|402 Orchid Way
Captain Cove Resort|Captain Cove Resort LLC|Ulric|Stonebridge|1 Cove Road
Corwin O'Malley||Corwin|O'Malley|29 Shamrock Lane
Delphine Arkwright||Delphine|Arkwright|61 Lagoon Drive
Desert Rose Apartments|Desert Rose Property Group|Imre|Falkner|700 Sunset Strip
Eldon Prewitt||Eldon|Prewitt|12 Pelican Street
Farrah Quill||Farrah|Quill|9 Inkwell Close
Freeman Sporting Goods|Freeman Sporting Goods|Kirby|Freeman|370 Stadium Avenue
Gideon Thistlewood||Gideon|Thistlewood|44 Briar Path
Harbor Lights Hotel|Harbor Lights Hotel Company|Sunniva|Brandt|2 Pier Plaza
Hester Bramble||Hester|Bramble|81 Hedge Hill
Ignatius Pell||Ignatius|Pell|6 Turtle Crossing
Jolanta Wisniewska-Reed||Jolanta|Wisniewska-Reed|23 Amberjack Lane
Kingfisher Golf & Country Club|Kingfisher Golf & Country Club|Basil|Hawthorne|10 Fairway Drive
Lysander Grove||Lysander|Grove|55 Citrus Boulevard
Maple Street Elementary|Maple Street School District|Odette|Rowntree|150 Maple Street
Marguerite Solano||Marguerite|Solano|31 Seagrape Terrace
Nils Åkerblom||Nils|Åkerblom|8 Fjord View
Otis Pemberton||Otis|Pemberton|77 Cypress Knee Road
Paradise Mobile Park|Paradise Mobile Park|Rufus|Langtree|900 Frontage Road
Quentin Ashby||Quentin|Ashby|14 Manatee Trail
Rosalind Vane||Rosalind|Vane|5 Weathercock Mews
Sunrise Senior Living|Sunrise Senior Living Trust|Thora|Castellan|60 Dawn Parkway
Tamsin Okafor||Tamsin|Okafor|19 Heron Close
Verity Holloway||Verity|Holloway|27 Spoonbill Street
Wendell Marsh||Wendell|Marsh|3 Reed Bank
"""
INACTIVE = """
Old Mill Spa|Old Mill Spa|Ansel|Corrigan|4 Mill Race
Percival Dunmore||Percival|Dunmore|90 Quarry Road
"""
JOBS = (
    ('Captain Cove Resort', 'Cove main pool'),
    ('Captain Cove Resort', 'Cove lazy river'),
    ('Harbor Lights Hotel', 'Harbor rooftop pool'),
    ('Desert Rose Apartments', 'Desert Rose building A'),
)
VENDORS = ('Aqua Parts Wholesale', 'Bluewater Chemicals', 'Coastal Fuel Stop', 'Dependable Pumps Inc.',
           'Evergreen Insurance Brokers', 'Firefly Print Shop', 'Gulf Phone & Power',
           'Northstar Truck Repair')  # fmt: skip
EMPLOYEES = (('Marisol', 'Keene'), ('Tobias', 'Underhill'), ('Yara', 'Fennimore'))


def load(seeder, country):
    """Put them in, two of the customers inactive."""
    ids = {}
    for number, line in enumerate(CUSTOMERS.strip().splitlines()):
        ids[line.split('|')[0]] = _customer(seeder, country, number, line)['Id']
    for parent, name in JOBS:
        seeder.put('Customer', DisplayName=name, Job=True, ParentRef={'value': ids[parent]})
    for number, line in enumerate(INACTIVE.strip().splitlines()):
        body = _customer(seeder, country, number, line)
        seeder.books.overwrite('Customer', body['Id'], {'Active': False}, quiet=True)
    for number, name in enumerate(VENDORS):
        seeder.put(
            'Vendor', DisplayName=name, CompanyName=name, BillAddr=_address(country, number, '1 Trade Park'),
            PrimaryPhone={'FreeFormNumber': f'(555) 555-02{number:02}'}, TermRef={'value': '3'},
        )  # fmt: skip
    for given, family in EMPLOYEES:
        seeder.put('Employee', GivenName=given, FamilyName=family)


def _customer(seeder, country, number, line):
    name, company, given, family, street = line.split('|')
    members = {
        'DisplayName': name, 'CompanyName': company, 'GivenName': given, 'FamilyName': family,
        'PrimaryPhone': {'FreeFormNumber': f'(555) 555-01{number:02}'},
        'PrimaryEmailAddr': {'Address': f'customer{number + 1}@example.com'},
        'BillAddr': _address(country, number, street),
    }  # fmt: skip
    if company:
        members['SalesTermRef'] = {'value': '3'}
        members['ShipAddr'] = _address(country, number, street)
    return seeder.put('Customer', **{key: value for key, value in members.items() if value})


def _address(country, number, street):
    city, state, code = CITIES[country][number % 4]
    address = {'Line1': street, 'City': city, 'PostalCode': code, 'Country': COUNTRY[country]}
    return {**address, 'CountrySubDivisionCode': state} if state else address
