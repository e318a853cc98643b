// SPDX-License-Identifier: MIT
// The custom role of one set of milink's rights, and its assignment to the agent's identity, in the resource group of the Managed Instance:
//   az deployment group create -g rg-sql-dr -f role.bicep -p role=failover principalId=<object id of the identity>
targetScope = 'resourceGroup'

@description('Which of the role-*.json beside this file.')
@allowed(['reader', 'failover', 'operator', 'administrator'])
param role string = 'failover'

@description('Object id of the identity: of the Arc machine, the managed identity or the service principal.')
param principalId string

var definitions = {
  reader: loadJsonContent('role-reader.json')
  operator: loadJsonContent('role-operator.json')
  failover: loadJsonContent('role-failover.json')
  administrator: loadJsonContent('role-administrator.json')
}
var definition = definitions[role]

resource customRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'milink', role)
  properties: {
    roleName: '${definition.Name} (${resourceGroup().name})'
    description: definition.Description
    type: 'CustomRole'
    permissions: [
      {
        actions: definition.Actions
        notActions: definition.NotActions
      }
    ]
    assignableScopes: [resourceGroup().id]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, principalId, 'milink', role)
  properties: {
    roleDefinitionId: customRole.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
