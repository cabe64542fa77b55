"""What a company of the sandbox can be told to do differently.

Where Intuit's behavior is not known, or two sources differ, both are here and the default is
named with its reason. Set them with ``Sandbox.configure`` or ``POST /_sandbox/settings``.
"""

import dataclasses
from dataclasses import dataclass, field

ENDED = frozenset({'EXPIRED', 'CANCELLED', 'SUSPENDED'})


@dataclass(frozen=True)
class Settings:
    """The switches of one company. qbo-api sections in brackets."""

    access_token_s: int = 3600
    """[1.3]"""
    refresh_token_s: int = 8726400
    """[1.3] 101 days."""
    hard_expiry_s: int = 5 * 365 * 86400
    """[1.4] The cap on a chain of refresh tokens, counted from the user's consent."""
    code_s: int = 300
    """[1.2] says "short lived"; five minutes are assumed."""
    rotation_window_s: float = 86400
    """[1.4] A refresh within it returns the same refresh token; after it, a new value."""
    old_token_grace_s: float = 0
    """[1.4, appendix C] How long the value before still works. Sources say 0 to 24 hours; 0 is the
    default because a client that survives it survives the rest."""
    reuse_revokes: bool = False
    """[1.4] Whether using a superseded refresh token revokes the whole consent."""
    invalid_grant_body: str = 'described'
    """[1.5] Seen: ``described`` (since December 2025), ``bare``, ``token_invalid``."""
    consent: str = 'asked'
    """[1.2] ``asked`` shows the consent page; ``given`` sends the browser straight back, for tests
    that drive another page. That of the default company counts."""
    redirect_uris: tuple = ()
    """[1.2] The registered URIs, compared byte for byte. Empty: any is taken. They are the app's; those
    of the default company count."""

    throttle: bool = False
    """[3] Off unless asked for: tests are faster than a person."""
    requests_per_s: int = 10
    requests_per_min: int = 500
    batches_per_min: int = 120
    """[3] 120 since 2025; some pages still say 40."""
    reports_per_min: int = 200
    """[3]"""

    request_id_s: int = 86400
    """[2] How long an answer is kept for replay. Not published; a day is assumed."""
    replay_faults: bool = True
    """[2] Whether a 400 is replayed too. Clients report so."""
    subscription_status: str = 'PAID'
    """[4.3] In one of ``EXPIRED``, ``CANCELLED``, ``SUSPENDED`` every write is refused (6190)."""
    stale_user: str = 'root'
    """[4.3] Who "finished before you did" in 5010."""
    inactive_names_block: bool = True
    """[9.1, appendix C] Whether the name of an inactive record is taken. Users report 6240; the
    suffix ``(deleted)`` suggests the opposite."""
    unknown_members: str = 'refused'
    """[2] ``refused`` (2010) or ``ignored``. Reports are mixed; refused finds misspellings."""
    sparse_address: str = 'replace'
    """[9.1] Whether an address in a sparse update replaces the stored one as a whole (``replace``)
    or member by member (``merge``). Not known."""
    start_position_zero: str = 'refused'
    """[5, appendix C] ``refused`` (4001) or ``allowed``."""
    curly_quotes: str = 'accepted'
    """[5] ``accepted`` inside literals, or ``refused`` with the lexical error of some versions."""
    answer_without_accept: str = 'xml'
    """[2] What a client gets that names no format. Intuit answers XML."""

    amount_tolerance_cents: int = 0
    """[9.6, appendix C] By how much a line's amount may differ from Qty × UnitPrice (6070). Not known."""
    inclusive_tax: str = 'code'
    """[9.7] Where tax is included and a client gives both net and gross of its lines: the tax follows from the
    ``code``'s rate on the net amounts, or from what lies between the two of the ``lines``. Not known; under
    ``code`` a client sees that gross amounts of its own making are not kept to the cent."""
    duplicate_numbers: str = 'refused'
    """[9.6] ``refused`` (6140) or ``allowed``, as with the warning turned off. Intuit may store doubles
    while it numbers itself; refused finds them."""
    duplicate_numbers_among: str = 'type'
    """[9.6] Whether a number is taken by a document of the same ``type`` or by any of the ``forms``.
    Not known; the sequence is one."""
    inactive_in_old_documents: str = 'refused'
    """[10] Whether saving an old document again is ``refused`` when its customer, item or account is
    inactive by now, or ``allowed``."""
    inactive_code: str = '610'
    """[4.3, 9.1] ``610`` or ``2500`` for an inactive record inside a document. Both are seen."""
    over_application: str = '6000'
    """[9.8] ``6000`` or ``620`` where a payment pays more than is open. Sources name both."""
    closed_books_guard_links: bool = True
    """[10] Whether a payment may not touch invoices of the closed books either. Inferred there."""
    delete_linked: str = 'unapply'
    """[9.6] Deleting a document with payments: ``unapply`` leaves them as credit, as the user
    interface does; ``refused`` follows the documentation, which does not say with which fault."""
    delete_paid_purchase: str = '800'
    """[purchases 1.5, 3] Deleting a bill or vendor credit that a payment is applied to through the API: ``800``
    or ``6000`` refuse it (the page says to unlink first; the fault is not known), ``unapply`` leaves the payment
    as a credit."""
    duplicate_bills_among: str = 'vendor'
    """[purchases 1.2] Whether a bill's number is taken by one of the same ``vendor``, as people are warned, or of
    the whole ``company``. Not stated."""
    plan: str = 'Plus'
    """[purchases 15] What the company pays for: ``Simple Start`` has no bills, vendor credits, bill payments and
    currencies (5020), ``Essentials``, ``Plus`` and ``Advanced`` have. The wording of the refusal is an old one."""
    purchase_amounts: str = 'free'
    """[purchases 1.3] Whether the amount of a line on an item may be another than quantity × price: ``free``, as no
    refusal is recorded, or ``checked`` (6070), as on sales."""
    billable_alone: str = 'refused'
    """[purchases 18.12] A billable line without a customer: ``refused`` (6000) or ``taken``. Not known."""
    bill_payment_links: str = 'check'
    """[purchases 3] How a bill names a payment by card: ``check`` (BillPaymentCheck, as recorded), or ``by_type``
    (BillPaymentCreditCard, as some schemas have it)."""
    paid_bill: str = 'dropped'
    """[purchases 5.2] A bill payment of a bill that is paid already: the line is ``dropped``, and the payment
    voided where none is left, as a client saw it; or refused with ``620``."""
    bill_payment_print: str = 'NotSet'
    """[purchases 5.1] The PrintStatus of a bill payment that says none: ``NotSet`` or ``NeedToPrint``."""
    auto_apply_vendor_credits: bool = False
    """[purchases 5.3] Whether QuickBooks applies vendor credits to bills by itself. Inferred there."""
    deposit_bumps: bool = False
    """[purchases 7.1] Whether a deposit raises the SyncToken of what is in it. Recorded for sales receipts:
    neither token nor time moves; payments are taken to follow."""
    links_bump_entries: bool = False
    """[purchases 9] Whether a payment raises the SyncToken of the journal entries, deposits and expenses that
    it settles. Not known; without it a client must look at balances, not at tokens."""
    documents_move_names: bool = True
    """[9.1] Whether a document moves the LastUpdatedTime of its customer or vendor. Recorded in 2020."""
    exchange_rate_digits: int | None = None
    """[9.2] To how many decimals exchange rates are cut; None: kept as they come. Not known; recorded rates
    of a day have six or seven."""
    void_separator: str = ' - '
    """[9.3, appendix C] What stands between ``Voided`` and the old note. Not known."""
    customer_ref_name: str = 'FullyQualifiedName'
    """[9.4] The name in a CustomerRef: of a job with its parents, or its ``DisplayName`` alone, as a
    recording of 2025 has it."""
    tracking_off: str = 'dropped'
    """[9.13] Classes and locations that the company does not track are ``dropped``, ``kept``, or
    ``refused`` (6000) in documents and as new records."""
    journal_names: str = 'many'
    """[9.10] Whether a journal entry may have ``many`` lines on receivables and payables, or ``one``.
    Intuit lifted the old limit of one."""
    journal_lines: int = 1000
    """[9.10] The most lines of a journal entry. Not published; a thousand is assumed, so that whoever
    sums long days has to split them."""
    report_parameters: str = 'ignored'
    """Parameters that a report does not have, such as classes in a trial balance: ``ignored``, or ``refused``
    (400; ``format`` never is). Clients report both; ``ignored`` is what most of them say."""
    trial_balance_income: str = 'fiscal_year'
    """From when income and expenses count in a trial balance; older ones are retained earnings:
    ``fiscal_year`` (the one of the last day, as people see it in QuickBooks) or ``period`` (the first
    day asked for)."""
    automated_rates: dict = field(default_factory=lambda: {'FL': 7, 'GA': 4, 'CA': 7.25, 'NY': 8.875, 'TX': 6.25})
    """[9.7] What automated sales tax takes in each state, in percent; none elsewhere. Made up."""
    exchange_rates: dict = field(default_factory=lambda: {'USD': 1.0, 'EUR': 1.1, 'GBP': 1.3, 'CAD': 0.75, 'AUD': 0.65})
    """[9.2] Home units for one foreign unit, where a document gives no rate. Made up, the same every
    day."""
    largest_upload: int = 100 * 1024 * 1024
    """[purchases 11] Bytes of an upload as a whole; more is refused (413, 6030)."""
    income_balances: bool = False
    """[9.12] Whether income and expense accounts show a CurrentBalance. Recorded ones show 0."""

    webhook_delay_s: float = 0
    """[8.4] Intuit may take minutes."""
    webhook_hold_back: bool = True
    """[8.4] Whether later events of the company wait until the first is acknowledged."""
    webhook_merge: bool = False
    """[8.4] Whether several edits of a record that wait together become one event."""

    @property
    def ended(self):
        """Whether the subscription does not allow writing."""
        return self.subscription_status.upper() in ENDED


NAMES = frozenset(each.name for each in dataclasses.fields(Settings))


def changed(stored, changes):
    """Return the stored differences with ``changes`` applied.

    :raise ValueError: a name is not a setting
    """
    unknown = sorted(set(changes) - NAMES)
    if unknown:
        raise ValueError(f'No such setting: {", ".join(unknown)}')
    return {**stored, **changes}
