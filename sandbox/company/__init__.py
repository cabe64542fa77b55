"""How Intuit behaves: companies, their books, consent and tokens, webhooks. No HTTP in here."""
