//! Jobs: what the server does by itself. They wait in the database, with the files that came with them, and so
//! survive a restart and are part of every backup.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value};

use crate::reader::time;
use crate::stored::ChangeKind;
use crate::tree::clamp;
use crate::{Changed, Error, Reader, Tx};

const JOB: &str = include_str!("../sql/job.sql");

/// Where a job is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// It waits.
    Queued,
    /// It is being done.
    Running,
    /// Done.
    Completed,
    /// Ended by an error, which its log tells.
    Failed,
    /// Ended by a person.
    Canceled,
}

impl JobStatus {
    /// The word for it in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    fn parse(text: &str) -> Self {
        [Self::Queued, Self::Running, Self::Completed, Self::Canceled]
            .into_iter()
            .find(|status| status.as_str() == text)
            .unwrap_or(Self::Failed)
    }
}

/// A job as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Number, counted over all repositories.
    pub id: i64,
    /// Address of the repository that it works in.
    pub repo: String,
    /// Its type, as `import_job`.
    pub kind: String,
    /// What is to be done: a document of that type.
    pub doc: Map<String, Value>,
    /// What the client sent along, not looked at.
    pub params: Option<String>,
    /// Name of the user whose job it is.
    pub owner: String,
    /// Where it is on its way.
    pub status: JobStatus,
    /// When it was sent.
    pub submitted: Timestamp,
    /// When it was begun last.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How often it was begun.
    pub attempts: i64,
    /// Whether it changed records that were there.
    pub modified: bool,
    /// How many jobs wait before it.
    pub before: u64,
}

/// A job that is to be queued.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// Address of the repository.
    pub repo: &'a str,
    /// Type.
    pub kind: &'a str,
    /// What is to be done.
    pub doc: &'a Map<String, Value>,
    /// What the client sent along.
    pub params: Option<&'a str>,
    /// Files: name and bytes.
    pub files: &'a [(String, Vec<u8>)],
}

/// Which jobs a list shows, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jobs {
    /// Every one, as they were sent.
    All,
    /// Those running, the newest first; then those that wait, the oldest first.
    Active,
    /// Those that ended, the latest first.
    Ended,
}

/// A file of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFile {
    /// Number.
    pub id: i64,
    /// Name that it came with.
    pub name: String,
    /// Content.
    pub data: Vec<u8>,
}

impl Reader<'_> {
    /// A job.
    ///
    /// # Errors
    /// What the database says.
    pub fn job(&self, id: i64) -> Result<Option<Job>, Error> {
        let mut select = self.db.conn.prepare_cached(&format!("{JOB} WHERE j.id = $1"))?;
        let mut rows = select.query([id])?;
        rows.next()?.map(read).transpose()
    }

    /// The jobs of a repository.
    ///
    /// # Errors
    /// What the database says.
    pub fn jobs(&self, repo: &str, which: Jobs) -> Result<Vec<Job>, Error> {
        let rest = match which {
            Jobs::All => "ORDER BY j.id",
            Jobs::Active => {
                "AND j.status IN ('running', 'queued')
                 ORDER BY j.status DESC, CASE WHEN j.status = 'running' THEN -j.id ELSE j.id END"
            }
            Jobs::Ended => "AND j.status NOT IN ('running', 'queued') ORDER BY j.finished DESC, j.id DESC",
        };
        let mut select = self.db.conn.prepare_cached(&format!("{JOB} WHERE r.uri = $1 {rest}"))?;
        let mut rows = select.query([repo])?;
        let mut jobs = Vec::new();
        while let Some(row) = rows.next()? {
            jobs.push(read(row)?);
        }
        Ok(jobs)
    }

    /// The log of a job from a byte to its end.
    ///
    /// # Errors
    /// What the database says.
    pub fn job_log(&self, id: i64, offset: u64) -> Result<Vec<u8>, Error> {
        let sql = "SELECT at, text FROM job_log WHERE job = $1 AND at + length(text) > $2 ORDER BY at";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let mut rows = select.query(params![id, clamp(offset)])?;
        let mut text = Vec::new();
        while let Some(row) = rows.next()? {
            let (at, piece): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let from = usize::try_from(clamp(offset) - at).unwrap_or(0);
            text.extend_from_slice(piece.get(from..).unwrap_or_default());
        }
        Ok(text)
    }

    /// Bytes of the log of a job.
    ///
    /// # Errors
    /// What the database says.
    pub fn job_log_size(&self, id: i64) -> Result<u64, Error> {
        self.number("SELECT coalesce(max(at + length(text)), 0) FROM job_log WHERE job = $1", params![id])
    }

    /// The numbers of all files of a job: those that came with it, then those that it made.
    ///
    /// # Errors
    /// What the database says.
    pub fn job_file_ids(&self, id: i64) -> Result<Vec<i64>, Error> {
        let mut select =
            self.db.conn.prepare_cached("SELECT id FROM job_file WHERE job = $1 ORDER BY made, id")?;
        let ids = select.query_map([id], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// A file of a job.
    ///
    /// # Errors
    /// What the database says.
    pub fn job_file(&self, job: i64, id: i64) -> Result<Option<JobFile>, Error> {
        let sql = "SELECT id, name, data FROM job_file WHERE job = $1 AND id = $2";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let found = select.query_row([job, id], |row| {
            Ok(JobFile { id: row.get(0)?, name: row.get(1)?, data: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    /// Addresses of the records that a job made or changed, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn job_records(&self, id: i64) -> Result<Vec<(i64, String)>, Error> {
        let sql = "SELECT id, uri FROM job_record WHERE job = $1 ORDER BY id DESC";
        let mut select = self.db.conn.prepare_cached(sql)?;
        let rows = select.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> Result<Job, Error> {
    let doc: String = row.get(3)?;
    let status: String = row.get(6)?;
    let (started, finished): (Option<i64>, Option<i64>) = (row.get(8)?, row.get(9)?);
    Ok(Job {
        id: row.get(0)?,
        repo: row.get(1)?,
        kind: row.get(2)?,
        doc: serde_json::from_str(&doc)?,
        params: row.get(4)?,
        owner: row.get(5)?,
        status: JobStatus::parse(&status),
        submitted: time(row.get(7)?),
        started: started.map(time),
        finished: finished.map(time),
        attempts: row.get(10)?,
        modified: row.get(11)?,
        before: u64::try_from(row.get::<_, i64>(12)?).unwrap_or(0),
    })
}

impl Tx<'_> {
    /// Queues a job with its files; its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the repository, or what the database says.
    pub fn add_job(&mut self, new: &NewJob<'_>) -> Result<i64, Error> {
        let (repo, _) = self.row_of(new.repo)?.ok_or_else(|| Error::missing(new.repo))?;
        let id = self.next_of("number:job", 1)?;
        let sql = "INSERT INTO job (id, repo, type, doc, params, owner, status, submitted)
             VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7)";
        let doc = serde_json::to_string(new.doc)?;
        self.db.conn.prepare_cached(sql)?.execute(params![
            id,
            repo,
            new.kind,
            doc,
            new.params,
            self.op.by,
            self.millis()
        ])?;
        for (name, data) in new.files {
            self.add_file(id, 0, name, data)?;
        }
        Ok(id)
    }

    /// Adds a file that the job made.
    ///
    /// # Errors
    /// What the database says.
    pub fn add_job_file(&mut self, job: i64, name: &str, data: &[u8]) -> Result<(), Error> {
        self.add_file(job, 1, name, data)
    }

    fn add_file(&self, job: i64, made: i64, name: &str, data: &[u8]) -> Result<(), Error> {
        let sql = "INSERT INTO job_file (job, made, name, data) VALUES ($1, $2, $3, $4)";
        self.db.conn.prepare_cached(sql)?.execute(params![job, made, name, data])?;
        Ok(())
    }

    /// Begins the oldest job that waits; none of a type of which one is running.
    ///
    /// # Errors
    /// What the database says.
    pub fn claim_job(&mut self) -> Result<Option<Job>, Error> {
        let mut claim = self.db.conn.prepare_cached(include_str!("../sql/claim_job.sql"))?;
        let id: Option<i64> = claim.query_row([self.millis()], |row| row.get(0)).optional()?;
        match id {
            Some(id) => self.job(id),
            None => Ok(None),
        }
    }

    /// Puts a job that was begun back where it was: what it did was taken back. It counts as never begun.
    ///
    /// # Errors
    /// What the database says.
    pub fn return_job(&mut self, id: i64) -> Result<(), Error> {
        let sql = "UPDATE job SET status = 'queued', started = NULL, attempts = attempts - 1
             WHERE id = $1 AND status = 'running'";
        self.db.conn.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// Queues the jobs again that a program which is gone had begun: their numbers, and how often each was begun.
    ///
    /// # Errors
    /// What the database says.
    pub fn revive_jobs(&mut self) -> Result<Vec<(i64, i64)>, Error> {
        let sql = "UPDATE job SET status = 'queued', started = NULL WHERE status = 'running' RETURNING id, attempts";
        let mut update = self.db.conn.prepare_cached(sql)?;
        let rows = update.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut revived: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
        revived.sort_unstable();
        Ok(revived)
    }

    /// Ends a job that waits or runs; whether it did.
    ///
    /// # Errors
    /// What the database says.
    pub fn end_job(&mut self, id: i64, status: JobStatus) -> Result<bool, Error> {
        let sql =
            "UPDATE job SET status = $1, finished = $2 WHERE id = $3 AND status IN ('queued', 'running')";
        let ended = self.db.conn.prepare_cached(sql)?.execute(params![status.as_str(), self.millis(), id])?;
        Ok(ended > 0)
    }

    /// Adds to the log of a job.
    ///
    /// # Errors
    /// What the database says.
    pub fn log_job(&mut self, id: i64, text: &str) -> Result<(), Error> {
        if text.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO job_log (job, at, text) VALUES ($1, $2, $3)";
        let at = clamp(self.job_log_size(id)?);
        self.db.conn.prepare_cached(sql)?.execute(params![id, at, text.as_bytes()])?;
        Ok(())
    }

    /// Notes which records a job made and changed; what it deleted is left out.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_job_records(&mut self, id: i64, changed: &[Changed]) -> Result<(), Error> {
        let sql =
            "INSERT INTO job_record (job, uri, change) VALUES ($1, $2, $3) ON CONFLICT (job, uri) DO NOTHING";
        let mut insert = self.db.conn.prepare_cached(sql)?;
        for change in changed {
            let code = match change.change {
                ChangeKind::Created => 0,
                ChangeKind::Deleted => continue,
                _ => 1,
            };
            insert.execute(params![id, change.uri, code])?;
        }
        Ok(())
    }

    /// Forgets a job with its files and its log.
    ///
    /// # Errors
    /// What the database says.
    pub fn drop_job(&mut self, id: i64) -> Result<(), Error> {
        self.db.conn.prepare_cached("DELETE FROM job WHERE id = $1")?.execute([id])?;
        Ok(())
    }

    /// Makes the jobs of one user those of another.
    ///
    /// # Errors
    /// What the database says.
    pub fn hand_over_jobs(&mut self, from: &str, to: &str) -> Result<(), Error> {
        let sql = "UPDATE job SET owner = $1 WHERE owner = $2";
        self.db.conn.prepare_cached(sql)?.execute([to, from])?;
        Ok(())
    }
}
