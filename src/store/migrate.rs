//! Brings a database to the present schema. Several processes may start at once: each does it under a lock.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, SqlSafeStr};

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

pub(super) async fn run_sqlite(db: &Db) -> Result<()> {
    // sqlx takes no lock on SQLite; the write transaction around it is one.
    let Some(mut tx) = db.begin().await?.into_sqlite() else { return Ok(()) };
    migrator(Dialect::Sqlite).run_direct(None, &mut *tx, false).await?;
    tx.commit().await?;
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
