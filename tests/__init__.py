from . import (
    test_connection,
    test_discount,
    test_discount_totals,
    test_partner,
    test_product,
    test_pull,
    test_push,
    test_refused,
    test_schedule,
    test_security,
    test_tour,
    test_webhook,
)
