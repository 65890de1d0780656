# Notices of a merge, and problems that only a sync can find.
problem-merged_restrictive = Two people made this at the same time, one of them not open to the public. It is kept closed.
problem-merged_text = Two people wrote in different places of this text. Both are in it.
problem-merged_order = Two people changed the order. The order on the server was kept.
error-merged_restrictive = Two people made this at the same time, one of them not open to the public. It is kept closed.
error-merged_text = Two people wrote in different places of this text. Both are in it.
error-merged_order = Two people changed the order. The order on the server was kept.
error-parked = You moved this below something that others moved below it, or removed. It stands at the top of its tree now.
error-gone_there = What this record belongs to is not on the server any more.
error-other_data = The server at this address has other data than before: it was set up anew, brought back from a backup, or it is another one. Nothing was sent or taken, and nothing here was changed.
error-set_back = The server was set back to an older copy of its data. What you have here may be newer. Nothing was sent or taken, and nothing here was changed.
error-vanished = { $gone } of { $held } { $kind -> 
    [archival_object] components
    [resource] collections
    [accession] accessions
    [top_container] containers
    [digital_object] digital objects
    [subject] subjects
    [agent_person] persons
   *[other] records of one kind
} are not on the server any more. Nothing was removed here.
error-no_such_problem = The last sync did not stop for this reason ({ $problem }): there is nothing to decide.
error-damaged_answer = What arrives is not what the server sent ({ $path }). What came till then stays; the next sync goes on from there.
