-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0010: the dead events of a stream are counted again and again, and stand among many that are done.

CREATE INDEX webhook_events_dead ON infrazen.webhook_events (connection_id, stream) WHERE state = 'dead';
