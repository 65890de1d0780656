# Notices of a merge, and problems that only a sync can find.
problem-merged_restrictive = Two people made this at the same time, one of them not open to the public. It is kept closed.
problem-merged_order = Two people changed the order. The order on the server was kept.
