// Plain JavaScript, so that a Node too old for everything else can still say what is missing.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `Plugboard needs Node 24 or newer, and this is Node ${process.versions.node}. ` +
      'On Linux and Windows (x64, and arm64 on Linux) `npm ci` brings it along unless optional packages are left out; elsewhere install it from nodejs.org.\n',
  );
  process.exit(1);
}
