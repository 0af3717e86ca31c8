#include "models/stream.h"

#define STREAM_ROW(name, doc) {#name, doc},
const struct stream_row stream_rows[STREAMS_N] = {STREAMS(STREAM_ROW)};
