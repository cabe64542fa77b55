-- a copy must never use the original's access to QuickBooks: two databases that refresh one token look like theft
UPDATE qbo_credential
   SET client_secret = NULL,
       verifier_token = NULL,
       access_token = NULL,
       refresh_token = NULL,
       access_expires_at = NULL,
       refresh_expires_at = NULL,
       hard_expires_at = NULL;

-- connections of a copy are not connected, and not to the real QuickBooks
UPDATE qbo_connection
   SET state = 'disconnected',
       environment = 'sandbox'
 WHERE state != 'draft';

UPDATE qbo_schedule
   SET next_run = NULL;

-- what the original still has to send is the original's business
DELETE FROM qbo_change;
DELETE FROM qbo_request WHERE state = 'unanswered';
