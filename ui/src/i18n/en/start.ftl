# Start, first run, drafts, history.
draft = Draft
never = never
start-sync = { $count ->
        [0] Everything is sent,
        [one] 1 change to send,
       *[other] { $count } changes to send,
    } last synced: { $when }.
start-alone = Everything is kept on this computer.
go-on = Go on with
go-on-none = No draft, no conflict, nothing refused.
done-last = Done last
done-none = Nothing yet.
here = In this repository
operation-save = Saved
operation-create = Made
operation-update = Changed
operation-delete = { $count ->
    [one] Deleted
   *[other] { $count } records deleted
}
operation-move = { $count ->
    [one] Moved
   *[other] { $count } records moved
}
operation-import = { $count ->
    [one] Imported
   *[other] { $count } records imported
}
operation-resolve = Conflict decided
operation-undo = Taken back
operation-redo = Done again
operation-pull = { $count ->
    [one] Came from the server
   *[other] { $count } records came from the server
}
operation-current = Now

first-title = Where is your archive?
first-lead = Either way everything is kept on this computer and works without a network.
first-server = On a server
first-server-more = Yours, or an ArchivesSpace that your institution runs. Changes go both ways.
first-here = On this computer
first-here-more = Start alone or try it out. You can connect to a server later; nothing is lost.
repository-name = Name of the archive
repository-code = Short code
repository-code-help = Shown beside the name and used in commands; it has to be its own.
repository-make = Start
new-repository-lead = A repository keeps its collections apart from those of other repositories. People, subjects and places are shared.

drafts-lead = Typed and not saved. Kept on this computer, and not sent.
drafts-none = Nothing is half written.
draft-discard = Throw away the draft of { $title }
draft-discarded = Draft of “{ $title }” thrown away.

versions = Versions
version-present = Now
version-old = Compare from { $when }
version-now = Compare with { $when }
back-to-record = Back to the record
history-compared = { $count ->
        [0] Nothing differs
        [one] 1 field differs
       *[other] { $count } fields differ
    } between { $old } and { $now }.
history-one = There is one version so far.
history-fields = Fields that differ
restore = Restore { $when }
restore-note = A version goes into the draft, to be saved when you say so; a field is saved at once.
restore-field = Restore
restore-field-of = Restore { $field } of { $when }
field-restored = { $field } restored.
field-restored-draft = { $field } restored in the draft.
