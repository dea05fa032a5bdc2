// Tells the orchestrator that a step is about to begin and waits until it has done to the nodes what it wants.

const control = process.env.CONFORMANCE_CONTROL;

async function ask(path) {
  const answer = await fetch(`${control}${path}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the orchestrator refused ${path}: ${text}`);
}

/** The boundary before the step `name`: a node may die here. */
export const boundary = (name) => ask(`/step/${encodeURIComponent(name)}`);

/** Every node is killed and started again. */
export const restart = () => ask('/restart');

/** The store of the fleet goes away with all it held, or comes back empty. */
export const store = (what) => ask(`/store/${what}`);
