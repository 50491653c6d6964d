-- The ground: schemas, tables, row-level security and grants.
--
-- Rules for every later migration:
-- * A table with an organization gets `CALL ringdown.make_tenant_table(...)`: row-level security, forced, with one
--   policy for `ringdown_app` (its own organization) and one for `ringdown_engine` (all). A test reads the catalogue.
-- * Forced means for the owner too: a migration that must read or change rows lifts it for its own transaction.
-- * Functions are SECURITY INVOKER (the default), so that the policies hold inside them.

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE PROCEDURE ringdown.make_tenant_table(relation regclass)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', relation);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', relation);
  -- Unset, the setting is NULL or empty, and no row matches.
  EXECUTE format(
    'CREATE POLICY tenant ON %s TO ringdown_app
       USING (organization = current_setting(''ringdown.organization'', true))
       WITH CHECK (organization = current_setting(''ringdown.organization'', true))',
    relation);
  EXECUTE format('CREATE POLICY engine ON %s TO ringdown_engine USING (true) WITH CHECK (true)', relation);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO ringdown_engine', relation);
END
$$;

CREATE SCHEMA auth;
CREATE SCHEMA numbers;
CREATE SCHEMA carriers;
CREATE SCHEMA queues;
CREATE SCHEMA calls;
CREATE SCHEMA privacy;

GRANT USAGE ON SCHEMA auth TO ringdown_auth;
GRANT USAGE ON SCHEMA numbers, carriers, queues, calls, privacy TO ringdown_app, ringdown_engine;

---------------------------------------------------------------------------------------------------------------
-- auth: the tables of Better Auth 1.6 with its organization plug-in; its names, its column types.

CREATE TABLE auth."user" (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  "emailVerified" boolean NOT NULL,
  image text,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE auth.session (
  id text PRIMARY KEY,
  "expiresAt" timestamptz NOT NULL,
  token text NOT NULL UNIQUE,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamptz NOT NULL,
  "ipAddress" text,
  "userAgent" text,
  "userId" text NOT NULL REFERENCES auth."user" ON DELETE CASCADE,
  "activeOrganizationId" text
);
CREATE INDEX session_of_user ON auth.session ("userId");

CREATE TABLE auth.account (
  id text PRIMARY KEY,
  "accountId" text NOT NULL,
  "providerId" text NOT NULL,
  "userId" text NOT NULL REFERENCES auth."user" ON DELETE CASCADE,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamptz NOT NULL
);
CREATE INDEX account_user ON auth.account ("userId");

CREATE TABLE auth.verification (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX verification_identifier ON auth.verification (identifier);

CREATE TABLE auth.organization (
  id text PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  logo text,
  "createdAt" timestamptz NOT NULL,
  metadata text
);

CREATE TABLE auth.member (
  id text PRIMARY KEY,
  "organizationId" text NOT NULL REFERENCES auth.organization ON DELETE CASCADE,
  "userId" text NOT NULL REFERENCES auth."user" ON DELETE CASCADE,
  role text NOT NULL,
  "createdAt" timestamptz NOT NULL,
  UNIQUE ("organizationId", "userId")
);
CREATE INDEX member_user ON auth.member ("userId");

CREATE TABLE auth.invitation (
  id text PRIMARY KEY,
  "organizationId" text NOT NULL REFERENCES auth.organization ON DELETE CASCADE,
  email text NOT NULL,
  role text,
  status text NOT NULL,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "inviterId" text NOT NULL REFERENCES auth."user" ON DELETE CASCADE
);
CREATE INDEX invitation_organization ON auth.invitation ("organizationId");
CREATE INDEX invitation_email ON auth.invitation (email);

CREATE TABLE auth."rateLimit" (
  id text PRIMARY KEY,
  key text NOT NULL UNIQUE,
  count integer NOT NULL,
  "lastRequest" bigint NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA auth TO ringdown_auth;

---------------------------------------------------------------------------------------------------------------
-- queues

CREATE TABLE queues.queues (
  id text PRIMARY KEY,
  organization text NOT NULL,
  name text NOT NULL,
  greeting text,
  language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es')),
  wait_limit_s integer NOT NULL DEFAULT 600 CHECK (wait_limit_s > 0),
  ring_s integer NOT NULL DEFAULT 30 CHECK (ring_s > 0),
  wrap_up_s integer NOT NULL DEFAULT 10 CHECK (wrap_up_s >= 0),
  return_limit_s integer NOT NULL DEFAULT 30 CHECK (return_limit_s >= 0),
  UNIQUE (organization, name)
);
COMMENT ON COLUMN queues.queues.greeting IS 'Name of the clip that is played first, such as en/greeting; NULL: none';
COMMENT ON COLUMN queues.queues.return_limit_s IS 'How long a caller is kept parked for the operator whose line broke';
CALL ringdown.make_tenant_table('queues.queues');
GRANT SELECT, INSERT, UPDATE, DELETE ON queues.queues TO ringdown_app;

CREATE TABLE queues.operators (
  operator text NOT NULL,
  organization text NOT NULL,
  status text NOT NULL DEFAULT 'offline'
    CHECK (status IN ('offline', 'available', 'ringing', 'on-call', 'wrap-up', 'on-break')),
  wanted text NOT NULL DEFAULT 'offline' CHECK (wanted IN ('offline', 'available', 'on-break')),
  call text,
  ring_until timestamptz,
  wrap_up_until timestamptz,
  lease_until timestamptz,
  line_warm boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization, operator),
  CONSTRAINT call_while_busy CHECK (status NOT IN ('ringing', 'on-call') OR call IS NOT NULL)
);
COMMENT ON TABLE queues.operators IS 'One row per operator: the lease that decides who has whom';
COMMENT ON COLUMN queues.operators.wanted IS 'What the person asked for; status returns to it after a call';
COMMENT ON COLUMN queues.operators.call IS 'The call that rings or is talked on; its holder alone may write this row';
CREATE INDEX operators_available ON queues.operators (organization, changed_at)
  WHERE status = 'available' AND line_warm;
CREATE INDEX operators_call ON queues.operators (call) WHERE call IS NOT NULL;
CALL ringdown.make_tenant_table('queues.operators');
GRANT SELECT ON queues.operators TO ringdown_app;

---------------------------------------------------------------------------------------------------------------
-- numbers and carriers

CREATE TABLE numbers.numbers (
  id text PRIMARY KEY,
  organization text NOT NULL,
  number text NOT NULL UNIQUE CHECK (number ~ '^\+[1-9][0-9]{5,14}$'),
  queue text NOT NULL REFERENCES queues.queues,
  label text NOT NULL DEFAULT '',
  in_service boolean NOT NULL DEFAULT true
);
COMMENT ON COLUMN numbers.numbers.number IS 'Ours, E.164; a caller''s number is only ever in privacy.callers, sealed';
CREATE INDEX numbers_organization ON numbers.numbers (organization);
CALL ringdown.make_tenant_table('numbers.numbers');
GRANT SELECT, INSERT, UPDATE, DELETE ON numbers.numbers TO ringdown_app;

CREATE TABLE carriers.accounts (
  id text PRIMARY KEY,
  organization text NOT NULL,
  carrier text NOT NULL CHECK (carrier IN ('twilio', 'telnyx', 'plivo')),
  account_sid text NOT NULL,
  sealed_token bytea NOT NULL,
  UNIQUE (carrier, account_sid)
);
COMMENT ON COLUMN carriers.accounts.sealed_token IS 'Sealed for the purpose carrier-token, bound to this row''s id';
CREATE INDEX accounts_organization ON carriers.accounts (organization);
CALL ringdown.make_tenant_table('carriers.accounts');
GRANT SELECT (id, organization, carrier, account_sid) ON carriers.accounts TO ringdown_app;

CREATE TABLE carriers.trunks (
  id text PRIMARY KEY,
  organization text NOT NULL,
  name text NOT NULL,
  addresses cidr[] NOT NULL DEFAULT '{}',
  any_loopback boolean NOT NULL DEFAULT false,
  UNIQUE (organization, name)
);
COMMENT ON COLUMN carriers.trunks.addresses IS 'Calls from these addresses are this trunk''s';
COMMENT ON COLUMN carriers.trunks.any_loopback IS 'The demo''s trunk: every call from this machine itself';
CALL ringdown.make_tenant_table('carriers.trunks');
GRANT SELECT ON carriers.trunks TO ringdown_app;

---------------------------------------------------------------------------------------------------------------
-- calls

CREATE TABLE calls.calls (
  id text PRIMARY KEY,
  organization text NOT NULL,
  number_id text REFERENCES numbers.numbers ON DELETE SET NULL,
  queue text REFERENCES queues.queues ON DELETE SET NULL,
  caller text NOT NULL,
  status text NOT NULL,
  operator text,
  arrived_at timestamptz NOT NULL,
  queued_at timestamptz,
  sequence integer NOT NULL DEFAULT 0,
  priority smallint NOT NULL DEFAULT 0,
  node text,
  ended_at timestamptz
);
COMMENT ON COLUMN calls.calls.caller IS 'privacy.callers.id: opaque, outlives the caller''s row';
COMMENT ON COLUMN calls.calls.sequence IS 'Sequence of the last journal entry';
COMMENT ON COLUMN calls.calls.node IS 'The control process that runs this call';
CREATE INDEX calls_open ON calls.calls (organization, queue, priority DESC, queued_at) WHERE ended_at IS NULL;
CREATE INDEX calls_open_node ON calls.calls (node) WHERE ended_at IS NULL;
CREATE INDEX calls_caller ON calls.calls (organization, caller);
CALL ringdown.make_tenant_table('calls.calls');
GRANT SELECT ON calls.calls TO ringdown_app;

CREATE TABLE calls.entries (
  call text NOT NULL REFERENCES calls.calls ON DELETE CASCADE,
  sequence integer NOT NULL,
  organization text NOT NULL,
  at timestamptz NOT NULL,
  version smallint NOT NULL,
  input jsonb NOT NULL,
  state jsonb NOT NULL,
  late boolean NOT NULL DEFAULT false,
  PRIMARY KEY (call, sequence)
);
COMMENT ON TABLE calls.entries IS 'The journal: the input and the state that followed. No caller number, no digits';
COMMENT ON COLUMN calls.entries.late IS 'Written to the spool while the database was away, and here afterwards';
CREATE INDEX entries_at ON calls.entries (at);
CALL ringdown.make_tenant_table('calls.entries');
REVOKE UPDATE ON calls.entries FROM ringdown_engine;

CREATE TABLE calls.legs (
  leg text PRIMARY KEY,
  call text NOT NULL REFERENCES calls.calls ON DELETE CASCADE,
  organization text NOT NULL,
  kind text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN calls.legs.sealed IS 'What the leg''s driver continues from after a restart; it holds the caller''s number';
CREATE INDEX legs_call ON calls.legs (call);
CALL ringdown.make_tenant_table('calls.legs');

CREATE TABLE calls.records (
  call text PRIMARY KEY,
  organization text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('browser', 'phone', 'hybrid')),
  direction text NOT NULL CHECK (direction IN ('inbound', 'outbound', 'internal')),
  number_id text,
  queue text,
  caller text NOT NULL,
  operator text,
  arrived_at timestamptz NOT NULL,
  answered_at timestamptz,
  ended_at timestamptz NOT NULL,
  result text NOT NULL CHECK (result IN ('completed', 'caller', 'operator', 'upstream', 'internal')),
  reason text NOT NULL,
  recording text
);
COMMENT ON TABLE calls.records IS 'Call detail records: exactly one per call; they outlive the journal';
CREATE INDEX records_ended ON calls.records (organization, ended_at DESC);
CREATE INDEX records_caller ON calls.records (organization, caller, ended_at DESC);
CALL ringdown.make_tenant_table('calls.records');
GRANT SELECT ON calls.records TO ringdown_app;

CREATE TABLE calls.participants (
  call text NOT NULL REFERENCES calls.records ON DELETE CASCADE,
  organization text NOT NULL,
  party text NOT NULL,
  role text NOT NULL CHECK (role IN ('caller', 'operator', 'assistant', 'supervisor', 'outside')),
  joined_at timestamptz NOT NULL,
  left_at timestamptz NOT NULL,
  PRIMARY KEY (call, party, joined_at)
);
COMMENT ON COLUMN calls.participants.party IS 'An operator''s user id or a caller id; never a number';
CREATE INDEX participants_organization ON calls.participants (organization);
CALL ringdown.make_tenant_table('calls.participants');
GRANT SELECT ON calls.participants TO ringdown_app;

---------------------------------------------------------------------------------------------------------------
-- privacy

CREATE TABLE privacy.callers (
  id text PRIMARY KEY,
  organization text NOT NULL,
  sealed_number bytea,
  blind_index bytea,
  mask text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization, blind_index),
  UNIQUE (organization, mask)
);
COMMENT ON TABLE privacy.callers IS 'The vault. Who reads it without the master key finds pseudonyms';
COMMENT ON COLUMN privacy.callers.sealed_number IS 'NULL: anonymous, or deleted by retention';
COMMENT ON COLUMN privacy.callers.blind_index IS 'Keyed hash of the number; NULL: never recognised again';
CALL ringdown.make_tenant_table('privacy.callers');
GRANT SELECT (id, organization, mask, created_at) ON privacy.callers TO ringdown_app;

CREATE TABLE privacy.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  actor text,
  act text NOT NULL,
  subject text,
  allowed boolean NOT NULL DEFAULT true,
  details jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE privacy.audit_log IS 'Sensitive acts, done or refused. Nobody at run time may change or delete a row';
CREATE INDEX audit_log_at ON privacy.audit_log (organization, at);
CALL ringdown.make_tenant_table('privacy.audit_log');
REVOKE UPDATE, DELETE ON privacy.audit_log FROM ringdown_engine;
GRANT SELECT, INSERT ON privacy.audit_log TO ringdown_app;
