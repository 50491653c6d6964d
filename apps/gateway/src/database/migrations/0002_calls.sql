-- The statements that decide things: each is one round trip and one transaction.

-- Who takes part is written when they join, not when the record is.
alter table calls.participants drop constraint participants_call_fkey;
alter table calls.participants alter column left_at drop not null;

-- Opens a call with its first entry. A leg that is known already (a carrier that asks twice) answers with the call it has.
create function calls.open_call(
  p_call text, p_organization text, p_number text, p_queue text, p_caller text,
  p_leg text, p_leg_kind text, p_sealed bytea, p_node text,
  p_at timestamptz, p_version smallint, p_input jsonb, p_state jsonb, p_status text
) returns text language plpgsql as $$
declare
  known text;
begin
  insert into calls.calls (id, organization, number_id, queue, caller, status, arrived_at, sequence, node)
    values (p_call, p_organization,
      (select id from numbers.numbers where organization = p_organization and number = p_number),
      p_queue, p_caller, p_status, p_at, 1, p_node);
  insert into calls.legs (leg, call, organization, kind, sealed, created_at)
    values (p_leg, p_call, p_organization, p_leg_kind, p_sealed, p_at)
    on conflict (leg) do nothing;
  if not found then
    delete from calls.calls where id = p_call;
    select call into known from calls.legs where leg = p_leg;
    if not found then
      -- It was settled at this very moment.
      raise exception 'the leg is over' using errcode = 'RD002';
    end if;
    return known;
  end if;
  insert into calls.entries (call, sequence, organization, at, version, input, state)
    values (p_call, 1, p_organization, p_at, p_version, p_input, p_state);
  return p_call;
end $$;

-- Appends one entry and everything that must be true together with it.
-- 'written'; 'repeated': this very entry stands already, perhaps behind others; 'stale': other entries stand there; 'gone': no such call;
-- raises RD001 when a claimed operator's row says otherwise: then nothing of the entry happened.
create function calls.append_entry(
  p_call text, p_sequence int, p_at timestamptz, p_version smallint, p_input jsonb, p_state jsonb,
  p_status text, p_operator text, p_queued_at timestamptz, p_late boolean, p_writes jsonb
) returns text language plpgsql as $$
declare
  v_organization text;
  v_sequence int;
  w jsonb;
begin
  select organization, sequence into v_organization, v_sequence from calls.calls where id = p_call for update;
  if not found then
    return 'gone';
  end if;
  if v_sequence <> p_sequence - 1 then
    perform 1 from calls.entries
      where call = p_call and sequence >= p_sequence and at = p_at and state = p_state and input = p_input;
    return case when found then 'repeated' else 'stale' end;
  end if;
  for w in select * from jsonb_array_elements(p_writes) loop
    perform calls.apply_write(p_call, v_organization, p_late, w);
  end loop;
  insert into calls.entries (call, sequence, organization, at, version, input, state, late)
    values (p_call, p_sequence, v_organization, p_at, p_version, p_input, p_state, p_late);
  update calls.calls set
    sequence = p_sequence,
    status = p_status,
    operator = p_operator,
    queued_at = p_queued_at,
    ended_at = case when p_status in ('ended', 'wrapping') then coalesce(ended_at, p_at) else null end
    where id = p_call;
  return 'written';
end $$;

create function calls.apply_write(p_call text, p_organization text, p_late boolean, w jsonb) returns void
language plpgsql as $$
declare
  v_at timestamptz := to_timestamp((w ->> 'at')::double precision / 1000);
begin
  case w ->> 'type'
    when 'claim operator' then
      update queues.operators
        set status = 'on-call', ring_until = null, lease_until = v_at + interval '2 minutes', changed_at = now()
        where organization = p_organization and operator = w ->> 'operator' and call = p_call
          and (status = 'ringing' or p_late);
      if not found and not p_late then
        raise exception 'the operator is not ringing for this call' using errcode = 'RD001';
      end if;
    when 'free operators' then
      perform 1 from queues.operators
        where organization = p_organization and call = p_call order by operator for update;
      update queues.operators
        set status = wanted, call = null, ring_until = null, wrap_up_until = null, lease_until = null, changed_at = now()
        where organization = p_organization and call = p_call
          and operator in (select jsonb_array_elements_text(w -> 'operators'));
    when 'sign off operator' then
      update queues.operators
        set status = 'offline', wanted = 'offline', call = null, ring_until = null, wrap_up_until = null,
            lease_until = null, changed_at = now()
        where organization = p_organization and call = p_call and operator = w ->> 'operator';
    when 'wrap up operator' then
      update queues.operators
        set status = 'wrap-up', ring_until = null, lease_until = null, changed_at = now(),
            wrap_up_until = to_timestamp((w ->> 'until')::double precision / 1000)
        where organization = p_organization and call = p_call and operator = w ->> 'operator';
    when 'join' then
      insert into calls.participants (call, organization, party, role, joined_at)
        values (p_call, p_organization, w ->> 'party', w ->> 'role', v_at)
        on conflict do nothing;
    when 'leave' then
      update calls.participants set left_at = v_at
        where call = p_call and party = w ->> 'party' and left_at is null;
    when 'record' then
      insert into calls.records (call, organization, kind, direction, number_id, queue, caller, operator,
          arrived_at, answered_at, ended_at, result, reason)
        select c.id, c.organization, 'hybrid', 'inbound', c.number_id, c.queue, c.caller, w ->> 'operator',
            c.arrived_at, to_timestamp((w ->> 'answeredAt')::double precision / 1000), v_at,
            w -> 'ending' ->> 'result', w -> 'ending' ->> 'reason'
          from calls.calls c where c.id = p_call
        on conflict (call) do nothing;
      -- Whoever joined by an entry that we were told was not written left with it.
      update calls.participants set left_at = v_at where call = p_call and left_at is null;
    else
      raise exception 'unknown write %', w ->> 'type';
  end case;
end $$;

-- Rings every available operator whose line is warm for this call, except those who passed it. One row per operator
-- decides: whoever is not 'available' at the moment of the update is not taken.
create function queues.claim_operators(
  p_call text, p_organization text, p_except text[], p_ring_until timestamptz
) returns setof text language sql as $$
  with free as (
    -- Locked in one order by everybody: two calls that claim at once wait for each other, and never for ever.
    select o.operator from queues.operators o
      where o.organization = p_organization and o.status = 'available' and o.line_warm and o.call is null
        and not (o.operator = any (p_except))
        and exists (select 1 from calls.calls c where c.id = p_call and c.status in ('queued', 'offered'))
      order by o.operator for update of o
  )
  update queues.operators o
    set status = 'ringing', call = p_call, ring_until = p_ring_until,
        lease_until = p_ring_until + interval '5 seconds', changed_at = now()
    from free where o.organization = p_organization and o.operator = free.operator
    returning o.operator;
$$;

-- Operators whose call is over or unknown, or whose lease ran out, are what they want to be again.
create function queues.release_strays() returns setof text language sql as $$
  with strays as (
    select s.organization, s.operator from queues.operators s
      where s.call is not null and (
        s.lease_until < now()
        or not exists (select 1 from calls.calls c where c.id = s.call and c.status <> 'ended')
      )
      order by s.organization, s.operator for update of s
  )
  update queues.operators o
    set status = o.wanted, call = null, ring_until = null, wrap_up_until = null, lease_until = null, changed_at = now()
    from strays where o.organization = strays.organization and o.operator = strays.operator
    returning o.organization;
$$;

-- After all effects of an ended call left the process: what is needed only to continue the leg is forgotten.
create function calls.settle(p_call text) returns void language sql as $$
  delete from calls.legs where call = p_call;
$$;
