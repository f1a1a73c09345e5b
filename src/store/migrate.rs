//! Brings a database to the present schema. Several processes may start at once: each does it under a lock.

use std::time::Instant;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::writer::Transaction;
use super::{Db, Dialect, Result};

/// Number, name and text of each migration, oldest first. A released one never changes.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "runs", include_str!("../../migrations/0001_runs.sql")),
    (2, "lists", include_str!("../../migrations/0002_lists.sql")),
    (3, "files", include_str!("../../migrations/0003_files.sql")),
    (4, "plans", include_str!("../../migrations/0004_plans.sql")),
    (5, "environments", include_str!("../../migrations/0005_environments.sql")),
    (7, "isolation", include_str!("../../migrations/0007_isolation.sql")),
    (8, "any_environment", include_str!("../../migrations/0008_any_environment.sql")),
    (10, "run_plans", include_str!("../../migrations/0010_run_plans.sql")),
    (11, "resources", include_str!("../../migrations/0011_resources.sql")),
    (12, "follow_up", include_str!("../../migrations/0012_follow_up.sql")),
    (13, "hosts", include_str!("../../migrations/0013_hosts.sql")),
    (14, "blobs", include_str!("../../migrations/0014_blobs.sql")),
    (15, "leaks", include_str!("../../migrations/0015_leaks.sql")),
    (31, "environment_network", include_str!("../../migrations/0031_environment_network.sql")),
    (33, "retention", include_str!("../../migrations/0033_retention.sql")),
    (34, "totals", include_str!("../../migrations/0034_totals.sql")),
    (35, "claims", include_str!("../../migrations/0035_claims.sql")),
    (36, "objects", include_str!("../../migrations/0036_objects.sql")),
    (37, "kept_logs", include_str!("../../migrations/0037_kept_logs.sql")),
];

/// What has been applied, as sqlx keeps it in PostgreSQL, and once kept it in SQLite, too.
const SQLITE_APPLIED: &str = "\
    CREATE TABLE IF NOT EXISTS _sqlx_migrations (
        version BIGINT PRIMARY KEY,
        description TEXT NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        success BOOLEAN NOT NULL,
        checksum BLOB NOT NULL,
        execution_time BIGINT NOT NULL
    )";

pub(super) async fn run_sqlite(db: &Db) -> Result<()> {
    let Some(tx) = db.begin().await?.into_sqlite() else { return Ok(()) };
    tx.execute(SQLITE_APPLIED, &[])?;
    let migrator = migrator(Dialect::Sqlite);
    let applied = applied(&tx, &migrator)?;
    for migration in migrator.iter().filter(|one| !applied.contains(&one.version)) {
        apply(&tx, migration)?;
    }
    tx.commit()
}

/// Their numbers. What this program does not know, or knows otherwise, is of another one.
fn applied(tx: &Transaction, migrator: &Migrator) -> Result<Vec<i64>> {
    let rows =
        tx.rows("SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version", &[])?;
    let mut applied = Vec::new();
    for row in rows {
        let version = row.get("version")?;
        let known = migrator.iter().find(|migration| migration.version == version);
        let known = known.ok_or(MigrateError::VersionMissing(version))?;
        if !row.get::<bool>("success")? {
            return Err(MigrateError::Dirty(version).into());
        }
        if known.checksum[..] != row.get::<Vec<u8>>("checksum")? {
            return Err(MigrateError::VersionMismatch(version).into());
        }
        applied.push(version);
    }
    Ok(applied)
}

fn apply(tx: &Transaction, migration: &Migration) -> Result<()> {
    let began = Instant::now();
    tx.execute_all(migration.sql.as_str())?;
    let taken = began.elapsed().as_nanos().try_into().unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ($1, $2, TRUE, $3, $4)",
        &[
            migration.version.into(),
            (&*migration.description).into(),
            migration.checksum.to_vec().into(),
            taken.into(),
        ],
    )?;
    Ok(())
}

pub(super) async fn run_postgres(pool: &PgPool) -> Result<()> {
    migrator(Dialect::Postgres).run(pool).await?;
    Ok(())
}

fn migrator(dialect: Dialect) -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|(version, name, text)| {
                let sql = AssertSqlSafe(dialect.schema(text)).into_sql_str();
                Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
            })
            .collect(),
    )
}
