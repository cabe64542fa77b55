from . import lists, payment_method, reference, reference_tax, taxes
