import { answer, client, done } from "./client";
import type { Environment, EnvironmentChanges, NewEnvironment, NewReservation } from "./types";

const at = (id: number) => ({ params: { path: { id } } });

export function createEnvironment(body: NewEnvironment): Promise<Environment> {
  return answer(client.POST("/api/v1/environments", { body }));
}

/** Changes what is given; the rest stays as it is. */
export function changeEnvironment(id: number, body: EnvironmentChanges): Promise<Environment> {
  return answer(client.PATCH("/api/v1/environments/{id}", { ...at(id), body }));
}

export function deleteEnvironment(id: number): Promise<void> {
  return done(client.DELETE("/api/v1/environments/{id}", at(id)));
}

/** Keeps an environment for a person. */
export function reserveEnvironment(id: number, body: NewReservation): Promise<Environment> {
  return answer(client.PUT("/api/v1/environments/{id}/reservation", { ...at(id), body }));
}

export function releaseEnvironment(id: number): Promise<void> {
  return done(client.DELETE("/api/v1/environments/{id}/reservation", at(id)));
}
