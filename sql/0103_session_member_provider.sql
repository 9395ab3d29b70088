-- The orders of a provider's members at whoever's stations, newest first.
ALTER TABLE session ADD KEY session_member_provider (member_provider_id, requested_at, id);
