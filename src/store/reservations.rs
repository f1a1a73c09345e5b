//! Reservations: a person keeps an environment until a time.

use crate::domain::{EnvironmentId, Millis, Reservation};

use super::{Read, Result, Tx};

/// Writes a reservation over whatever was there. The caller has locked the environment.
pub async fn put(tx: &Tx, id: EnvironmentId, reservation: &Reservation) -> Result<()> {
    let sql = "UPDATE environments SET reserved_by = $2, reserved_since = $3, reserved_until = $4, \
               reservation_reason = $5 WHERE id = $1";
    let values = vec![
        id.0.into(),
        reservation.person.as_str().into(),
        reservation.since.map(|since| since.0).into(),
        reservation.until.0.into(),
        reservation.reason.as_str().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Answers whether there was one.
pub async fn remove(tx: &Tx, id: EnvironmentId) -> Result<bool> {
    let sql = "UPDATE environments SET reserved_by = NULL, reserved_since = NULL, reserved_until = NULL, \
               reservation_reason = NULL WHERE id = $1 AND reserved_by IS NOT NULL";
    Ok(tx.execute(sql, vec![id.0.into()]).await? == 1)
}

/// Removes those whose time is over. Answers where they were.
pub async fn remove_expired(tx: &Tx, now: Millis) -> Result<Vec<EnvironmentId>> {
    let sql = "UPDATE environments SET reserved_by = NULL, reserved_since = NULL, reserved_until = NULL, \
               reservation_reason = NULL WHERE reserved_by IS NOT NULL AND reserved_until <= $1 RETURNING id";
    tx.rows(sql, vec![now.0.into()])
        .await?
        .iter()
        .map(|row| row.get("id").map(EnvironmentId))
        .collect()
}

/// When the first of them ends.
pub async fn next_end(db: &impl Read) -> Result<Option<Millis>> {
    let sql = "SELECT MIN(reserved_until) AS until FROM environments WHERE reserved_by IS NOT NULL";
    let row = db.opt(sql, vec![]).await?;
    Ok(row.map_or(Ok(None), |row| row.get::<Option<i64>>("until"))?.map(Millis))
}
