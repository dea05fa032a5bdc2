// Runs what a program exports as checks, one line each.

/** `checks`: functions by name, run in turn; the exit status is 1 if one fails. */
export async function run(checks) {
  for (const [name, check] of Object.entries(checks)) {
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    try {
      await check();
      console.log(`${words.padEnd(60)} pass`);
    } catch (trouble) {
      process.exitCode = 1;
      console.log(`${words.padEnd(60)} FAIL`);
      console.log(trouble);
      if (trouble.cause) console.log(trouble.cause);
    }
  }
}
