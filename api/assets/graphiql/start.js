// Starts GraphiQL against this service; nothing is loaded from anywhere else.
(function () {
  'use strict';
  const fetcher = GraphiQL.createFetcher({ url: '/graphql' });
  const welcome = [
    '# Put your token into the headers below, then run this:',
    '#   {"Authorization": "Bearer isms_..."}',
    '{',
    '  me { name kind roles { role unit { name } } }',
    '  risks(first: 5, sort: [currentLevel_desc]) {',
    '    nodes { reference title currentLevel handling owner { name } allowedActions }',
    '    pageInfo { hasNextPage endCursor }',
    '  }',
    '}',
    '',
  ].join('\n');
  const page = React.createElement(GraphiQL, {
    fetcher: fetcher,
    defaultQuery: welcome,
    defaultEditorToolsVisibility: 'headers',
    defaultHeaders: '{\n  "Authorization": "Bearer "\n}',
    shouldPersistHeaders: false,
  });
  ReactDOM.createRoot(document.getElementById('graphiql')).render(page);
})();
