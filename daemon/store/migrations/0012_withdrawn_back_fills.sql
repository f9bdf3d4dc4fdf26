-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0012: a back-fill that nobody wants any more is withdrawn: by whom stands in `error`, the moment in `settled_at`.

ALTER TABLE infrazen.back_fills
    DROP CONSTRAINT back_fills_state_check,
    ADD CONSTRAINT back_fills_state_check CHECK (state IN ('waiting', 'done', 'failed', 'withdrawn'));

-- Daemons look again and again whether a run of theirs is of one that was withdrawn.
CREATE INDEX back_fills_withdrawn ON infrazen.back_fills (stream_id) WHERE state = 'withdrawn';
