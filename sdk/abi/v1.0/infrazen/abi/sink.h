/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/sink.h: infrazen.sink/1, the way records leave a connector.
 *
 * RECORDS, SCOPES, MARKS
 *   Records are pushed in batches of one kind. They become durable at a MARK, all of them together with the cursor that the
 *   mark carries; the mark returns when the daemon has committed. What was pushed after the last mark never happened.
 *   So: push what belongs together, mark with the cursor that says "up to here", go on.
 *
 *   A SCOPE is a set that the connector lists completely: a folder, project or region of an inventory; one file or month of
 *   charges. Open it, push its records with batch.scope set, close it once ALL of it was read. Closing says "nothing else is
 *   there":
 *     resources, relations,  what an earlier run knew in this scope and this one did not push is retired;
 *     components
 *     charges                the scope's charges replace the ones it delivered before, by difference: equal rows stay.
 *   A scope that failed, or was opened and closed in different runs, is simply not closed: then nothing is retired or replaced.
 *   A scope is of ONE kind; the same name may be open for several kinds at once.
 *   Charges are accepted only inside an open scope. Resources outside of any scope are merely added or updated.
 *
 *   Limits between two marks (IZ_ERR_PERMANENT beyond, and the run ends): records, bytes and seconds, see
 *   docs/connector-author-guide.md. A scope of charges may span marks only by its own spool: mark after closing it.
 */
#ifndef INFRAZEN_ABI_SINK_H
#define INFRAZEN_ABI_SINK_H

#include <infrazen/abi/base.h>
#include <infrazen/abi/records.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZ_SERVICE_SINK_1 "infrazen.sink/1"

#define IZ_CURSOR_MAX      65536u   /* bytes of a cursor                          */
#define IZ_SCOPE_MAX       1024u    /* bytes of a scope's name                     */
#define IZ_CELL_MAX        1048576u /* bytes of one cell; kinds have tighter ones  */
#define IZ_BATCH_ROWS_MAX  65536u
#define IZ_BATCH_COLUMNS_MAX 1024u
#define IZ_BATCH_BYTES_MAX 8388608u /* sum of all cells' bytes                     */
#define IZ_SEGMENT_POINTS_MAX 65536u
#define IZ_SEGMENTS_MAX    65536u   /* segments of one push_metrics               */

/* One column of a batch. */
typedef struct iz_column {
    uint32_t field;    /* an IZ_<KIND>_* field id of records.h, or IZ_FIELD_EXTENSION                           */
    uint32_t reserved;
    iz_str   name;     /* with IZ_FIELD_EXTENSION: the extension column's name: a manifest's for resources, any for charges */
} iz_column;

/* Rows of one kind. Cell (r, c) is cells[r * column_count + c]; a null cell has ptr NULL. Columns that are not named are
 * null. All memory may be reused as soon as push returns. */
typedef struct iz_batch {
    uint32_t         struct_size;
    uint32_t         kind;          /* IZ_KIND_*                                                                   */
    iz_str           scope;         /* the open scope these rows belong to; null = none                             */
    iz_str           origin;        /* where the rows came from, for messages: a file's path, a URL; null = not said */
    const iz_column *columns;
    uint32_t         column_count;
    uint32_t         column_stride;
    const iz_str    *cells;         /* row_count × column_count                                                     */
    uint32_t         row_count;
    uint32_t         reserved;
    const uint64_t  *positions;     /* per row: its line (files) or ordinal in origin, for messages; NULL = not said */
} iz_batch;

/* Points of one series. Cheap in bulk: no text per point. */
typedef struct iz_metric_segment {
    uint32_t       struct_size;
    uint32_t       count;              /* points, 1 … 65536                                                        */
    iz_str         resource_type;      /* with external_id: the resource the series belongs to                     */
    iz_str         external_id;
    iz_str         metric_name;        /* normalised name, "cpu_utilization"                                        */
    iz_str         metric_unit;        /* "percent", "bytes", …; null = none                                        */
    iz_str         provider_metric_id; /* the provider's own name; null = none                                       */
    int64_t        t0_us;              /* instant of the first point, microseconds since the epoch                  */
    const int32_t *delta_ms;           /* count - 1 distances to the point before, in milliseconds, > 0             */
    const double  *values;             /* count values; NaN and infinities are refused                              */
} iz_metric_segment;

/* A finding: something in the provider's data is not as it should be, and the rows went in (or not) nevertheless. */
#define IZ_SEVERITY_NOTICE   0u /* worth knowing                     */
#define IZ_SEVERITY_WARNING  1u /* data is odd; nothing was lost       */
#define IZ_SEVERITY_REJECTED 2u /* a row or file could not be taken    */
typedef struct iz_finding {
    uint32_t struct_size;
    uint32_t severity;  /* IZ_SEVERITY_*                                          */
    iz_str   rule;      /* short stable name: "decimal_format", "vanished_file"     */
    iz_str   scope;     /* null = none                                             */
    iz_str   origin;    /* file or URL                                             */
    uint64_t position;  /* line; 0 = none                                          */
    iz_str   column;    /* null = none                                             */
    iz_str   value;     /* the offending text, at most 256 bytes are kept           */
    iz_str   message;   /* one sentence                                            */
} iz_finding;

typedef struct iz_sink_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;

    /* [any, one at a time per kind] Hands over rows. Blocks while the daemon is busy. */
    int32_t (*push)(void *context, const iz_batch *batch, iz_error *error);
    /* [any] The same for metric segments. */
    int32_t (*push_metrics)(void *context, const iz_metric_segment *segments, uint32_t count, uint32_t stride,
                            iz_error *error);
    /* [run] Opens, or closes as completely listed, a scope of one kind. */
    int32_t (*open_scope)(void *context, uint32_t kind, iz_str scope, iz_error *error);
    int32_t (*close_scope)(void *context, uint32_t kind, iz_str scope, iz_error *error);
    /* [run] Commits everything pushed since the last mark together with `cursor` (bytes). Returns when it is durable. */
    int32_t (*mark)(void *context, iz_str cursor, iz_error *error);
    /* [any] Reports a finding; it is stored with the next mark, or at the end of a failed run. */
    int32_t (*report)(void *context, const iz_finding *finding, iz_error *error);
} iz_sink_1;

#ifdef __cplusplus
}
#endif
#endif
