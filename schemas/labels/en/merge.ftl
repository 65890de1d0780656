# Notices of a merge, and problems that only a sync can find.
problem-merged_restrictive = Two people made this at the same time, one of them not open to the public. It is kept closed.
problem-merged_text = Two people wrote in different places of this text. Both are in it.
problem-merged_order = Two people changed the order. The order on the server was kept.
error-merged_restrictive = Two people made this at the same time, one of them not open to the public. It is kept closed.
error-merged_text = Two people wrote in different places of this text. Both are in it.
error-merged_order = Two people changed the order. The order on the server was kept.
error-gone_there = What this record belongs to is not on the server any more.
error-other_data = The server at this address has other data than before. Nothing was sent or taken.
error-set_back = The server was set back to an older copy of its data. What you have here may be newer: nothing was sent or taken. Ask whoever runs the server.
error-damaged_answer = What arrives is not what the server sent ({ $path }). What came till then stays; the next sync goes on from there.
error-vanished = { $gone } of { $held } records are missing on the server. Nothing was removed here; ask whoever runs the server.
