/** Fields of Kubernetes' types and their types. Made by `tool/record-shapes.ts`; never edited. */
export const shapes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ApiextensionsV1ServiceReference": {
    "name": "string",
    "namespace": "string",
    "path": "string",
    "port": "number"
  },
  "ApiextensionsV1WebhookClientConfig": {
    "caBundle": "string",
    "service": "ApiextensionsV1ServiceReference",
    "url": "string"
  },
  "CoreV1Event": {
    "action": "string",
    "apiVersion": "string",
    "count": "number",
    "eventTime": "V1MicroTime",
    "firstTimestamp": "Date",
    "involvedObject": "V1ObjectReference",
    "kind": "string",
    "lastTimestamp": "Date",
    "message": "string",
    "metadata": "V1ObjectMeta",
    "reason": "string",
    "related": "V1ObjectReference",
    "reportingComponent": "string",
    "reportingInstance": "string",
    "series": "CoreV1EventSeries",
    "source": "V1EventSource",
    "type": "string"
  },
  "CoreV1EventSeries": {
    "count": "number",
    "lastObservedTime": "V1MicroTime"
  },
  "CoreV1ResourceClaim": {
    "name": "string",
    "request": "string"
  },
  "V1AWSElasticBlockStoreVolumeSource": {
    "fsType": "string",
    "partition": "number",
    "readOnly": "boolean",
    "volumeID": "string"
  },
  "V1Affinity": {
    "nodeAffinity": "V1NodeAffinity",
    "podAffinity": "V1PodAffinity",
    "podAntiAffinity": "V1PodAntiAffinity"
  },
  "V1AppArmorProfile": {
    "localhostProfile": "string",
    "type": "string"
  },
  "V1AttachedVolume": {
    "devicePath": "string",
    "name": "string"
  },
  "V1AzureDiskVolumeSource": {
    "cachingMode": "string",
    "diskName": "string",
    "diskURI": "string",
    "fsType": "string",
    "kind": "string",
    "readOnly": "boolean"
  },
  "V1AzureFileVolumeSource": {
    "readOnly": "boolean",
    "secretName": "string",
    "shareName": "string"
  },
  "V1Binding": {
    "apiVersion": "string",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "target": "V1ObjectReference"
  },
  "V1CSIVolumeSource": {
    "driver": "string",
    "fsType": "string",
    "nodePublishSecretRef": "V1LocalObjectReference",
    "readOnly": "boolean",
    "volumeAttributes": "{ [key: string]: string; }"
  },
  "V1Capabilities": {
    "add": "Array<string>",
    "drop": "Array<string>"
  },
  "V1CephFSVolumeSource": {
    "monitors": "Array<string>",
    "path": "string",
    "readOnly": "boolean",
    "secretFile": "string",
    "secretRef": "V1LocalObjectReference",
    "user": "string"
  },
  "V1CinderVolumeSource": {
    "fsType": "string",
    "readOnly": "boolean",
    "secretRef": "V1LocalObjectReference",
    "volumeID": "string"
  },
  "V1ClusterTrustBundleProjection": {
    "labelSelector": "V1LabelSelector",
    "name": "string",
    "optional": "boolean",
    "path": "string",
    "signerName": "string"
  },
  "V1ConfigMap": {
    "apiVersion": "string",
    "binaryData": "{ [key: string]: string; }",
    "data": "{ [key: string]: string; }",
    "immutable": "boolean",
    "kind": "string",
    "metadata": "V1ObjectMeta"
  },
  "V1ConfigMapEnvSource": {
    "name": "string",
    "optional": "boolean"
  },
  "V1ConfigMapKeySelector": {
    "key": "string",
    "name": "string",
    "optional": "boolean"
  },
  "V1ConfigMapNodeConfigSource": {
    "kubeletConfigKey": "string",
    "name": "string",
    "namespace": "string",
    "resourceVersion": "string",
    "uid": "string"
  },
  "V1ConfigMapProjection": {
    "items": "Array<V1KeyToPath>",
    "name": "string",
    "optional": "boolean"
  },
  "V1ConfigMapVolumeSource": {
    "defaultMode": "number",
    "items": "Array<V1KeyToPath>",
    "name": "string",
    "optional": "boolean"
  },
  "V1Container": {
    "args": "Array<string>",
    "command": "Array<string>",
    "env": "Array<V1EnvVar>",
    "envFrom": "Array<V1EnvFromSource>",
    "image": "string",
    "imagePullPolicy": "string",
    "lifecycle": "V1Lifecycle",
    "livenessProbe": "V1Probe",
    "name": "string",
    "ports": "Array<V1ContainerPort>",
    "readinessProbe": "V1Probe",
    "resizePolicy": "Array<V1ContainerResizePolicy>",
    "resources": "V1ResourceRequirements",
    "restartPolicy": "string",
    "restartPolicyRules": "Array<V1ContainerRestartRule>",
    "securityContext": "V1SecurityContext",
    "startupProbe": "V1Probe",
    "stdin": "boolean",
    "stdinOnce": "boolean",
    "terminationMessagePath": "string",
    "terminationMessagePolicy": "string",
    "tty": "boolean",
    "volumeDevices": "Array<V1VolumeDevice>",
    "volumeMounts": "Array<V1VolumeMount>",
    "workingDir": "string"
  },
  "V1ContainerExtendedResourceRequest": {
    "containerName": "string",
    "requestName": "string",
    "resourceName": "string"
  },
  "V1ContainerImage": {
    "names": "Array<string>",
    "sizeBytes": "number"
  },
  "V1ContainerPort": {
    "containerPort": "number",
    "hostIP": "string",
    "hostPort": "number",
    "name": "string",
    "protocol": "string"
  },
  "V1ContainerResizePolicy": {
    "resourceName": "string",
    "restartPolicy": "string"
  },
  "V1ContainerRestartRule": {
    "action": "string",
    "exitCodes": "V1ContainerRestartRuleOnExitCodes"
  },
  "V1ContainerRestartRuleOnExitCodes": {
    "operator": "string",
    "values": "Array<number>"
  },
  "V1ContainerState": {
    "running": "V1ContainerStateRunning",
    "terminated": "V1ContainerStateTerminated",
    "waiting": "V1ContainerStateWaiting"
  },
  "V1ContainerStateRunning": {
    "startedAt": "Date"
  },
  "V1ContainerStateTerminated": {
    "containerID": "string",
    "exitCode": "number",
    "finishedAt": "Date",
    "message": "string",
    "reason": "string",
    "signal": "number",
    "startedAt": "Date"
  },
  "V1ContainerStateWaiting": {
    "message": "string",
    "reason": "string"
  },
  "V1ContainerStatus": {
    "allocatedResources": "{ [key: string]: string; }",
    "allocatedResourcesStatus": "Array<V1ResourceStatus>",
    "containerID": "string",
    "image": "string",
    "imageID": "string",
    "lastState": "V1ContainerState",
    "name": "string",
    "ready": "boolean",
    "resources": "V1ResourceRequirements",
    "restartCount": "number",
    "started": "boolean",
    "state": "V1ContainerState",
    "stopSignal": "string",
    "user": "V1ContainerUser",
    "volumeMounts": "Array<V1VolumeMountStatus>"
  },
  "V1ContainerUser": {
    "linux": "V1LinuxContainerUser"
  },
  "V1CustomResourceColumnDefinition": {
    "description": "string",
    "format": "string",
    "jsonPath": "string",
    "name": "string",
    "priority": "number",
    "type": "string"
  },
  "V1CustomResourceConversion": {
    "strategy": "string",
    "webhook": "V1WebhookConversion"
  },
  "V1CustomResourceDefinition": {
    "apiVersion": "string",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "spec": "V1CustomResourceDefinitionSpec",
    "status": "V1CustomResourceDefinitionStatus"
  },
  "V1CustomResourceDefinitionCondition": {
    "lastTransitionTime": "Date",
    "message": "string",
    "observedGeneration": "number",
    "reason": "string",
    "status": "string",
    "type": "string"
  },
  "V1CustomResourceDefinitionNames": {
    "categories": "Array<string>",
    "kind": "string",
    "listKind": "string",
    "plural": "string",
    "shortNames": "Array<string>",
    "singular": "string"
  },
  "V1CustomResourceDefinitionSpec": {
    "conversion": "V1CustomResourceConversion",
    "group": "string",
    "names": "V1CustomResourceDefinitionNames",
    "preserveUnknownFields": "boolean",
    "scope": "string",
    "versions": "Array<V1CustomResourceDefinitionVersion>"
  },
  "V1CustomResourceDefinitionStatus": {
    "acceptedNames": "V1CustomResourceDefinitionNames",
    "conditions": "Array<V1CustomResourceDefinitionCondition>",
    "observedGeneration": "number",
    "storedVersions": "Array<string>"
  },
  "V1CustomResourceDefinitionVersion": {
    "additionalPrinterColumns": "Array<V1CustomResourceColumnDefinition>",
    "deprecated": "boolean",
    "deprecationWarning": "string",
    "name": "string",
    "schema": "V1CustomResourceValidation",
    "selectableFields": "Array<V1SelectableField>",
    "served": "boolean",
    "storage": "boolean",
    "subresources": "V1CustomResourceSubresources"
  },
  "V1CustomResourceSubresourceScale": {
    "labelSelectorPath": "string",
    "specReplicasPath": "string",
    "statusReplicasPath": "string"
  },
  "V1CustomResourceSubresources": {
    "scale": "V1CustomResourceSubresourceScale",
    "status": "any"
  },
  "V1CustomResourceValidation": {
    "openAPIV3Schema": "V1JSONSchemaProps"
  },
  "V1DaemonEndpoint": {
    "Port": "number"
  },
  "V1DeleteOptions": {
    "apiVersion": "string",
    "dryRun": "Array<string>",
    "gracePeriodSeconds": "number",
    "ignoreStoreReadErrorWithClusterBreakingPotential": "boolean",
    "kind": "string",
    "orphanDependents": "boolean",
    "preconditions": "V1Preconditions",
    "propagationPolicy": "string"
  },
  "V1DownwardAPIProjection": {
    "items": "Array<V1DownwardAPIVolumeFile>"
  },
  "V1DownwardAPIVolumeFile": {
    "fieldRef": "V1ObjectFieldSelector",
    "mode": "number",
    "path": "string",
    "resourceFieldRef": "V1ResourceFieldSelector"
  },
  "V1DownwardAPIVolumeSource": {
    "defaultMode": "number",
    "items": "Array<V1DownwardAPIVolumeFile>"
  },
  "V1EmptyDirVolumeSource": {
    "medium": "string",
    "sizeLimit": "string"
  },
  "V1EnvFromSource": {
    "configMapRef": "V1ConfigMapEnvSource",
    "prefix": "string",
    "secretRef": "V1SecretEnvSource"
  },
  "V1EnvVar": {
    "name": "string",
    "value": "string",
    "valueFrom": "V1EnvVarSource"
  },
  "V1EnvVarSource": {
    "configMapKeyRef": "V1ConfigMapKeySelector",
    "fieldRef": "V1ObjectFieldSelector",
    "fileKeyRef": "V1FileKeySelector",
    "resourceFieldRef": "V1ResourceFieldSelector",
    "secretKeyRef": "V1SecretKeySelector"
  },
  "V1EphemeralContainer": {
    "args": "Array<string>",
    "command": "Array<string>",
    "env": "Array<V1EnvVar>",
    "envFrom": "Array<V1EnvFromSource>",
    "image": "string",
    "imagePullPolicy": "string",
    "lifecycle": "V1Lifecycle",
    "livenessProbe": "V1Probe",
    "name": "string",
    "ports": "Array<V1ContainerPort>",
    "readinessProbe": "V1Probe",
    "resizePolicy": "Array<V1ContainerResizePolicy>",
    "resources": "V1ResourceRequirements",
    "restartPolicy": "string",
    "restartPolicyRules": "Array<V1ContainerRestartRule>",
    "securityContext": "V1SecurityContext",
    "startupProbe": "V1Probe",
    "stdin": "boolean",
    "stdinOnce": "boolean",
    "targetContainerName": "string",
    "terminationMessagePath": "string",
    "terminationMessagePolicy": "string",
    "tty": "boolean",
    "volumeDevices": "Array<V1VolumeDevice>",
    "volumeMounts": "Array<V1VolumeMount>",
    "workingDir": "string"
  },
  "V1EphemeralVolumeSource": {
    "volumeClaimTemplate": "V1PersistentVolumeClaimTemplate"
  },
  "V1EventSource": {
    "component": "string",
    "host": "string"
  },
  "V1Eviction": {
    "apiVersion": "string",
    "deleteOptions": "V1DeleteOptions",
    "kind": "string",
    "metadata": "V1ObjectMeta"
  },
  "V1ExecAction": {
    "command": "Array<string>"
  },
  "V1ExternalDocumentation": {
    "description": "string",
    "url": "string"
  },
  "V1FCVolumeSource": {
    "fsType": "string",
    "lun": "number",
    "readOnly": "boolean",
    "targetWWNs": "Array<string>",
    "wwids": "Array<string>"
  },
  "V1FileKeySelector": {
    "key": "string",
    "optional": "boolean",
    "path": "string",
    "volumeName": "string"
  },
  "V1FlexVolumeSource": {
    "driver": "string",
    "fsType": "string",
    "options": "{ [key: string]: string; }",
    "readOnly": "boolean",
    "secretRef": "V1LocalObjectReference"
  },
  "V1FlockerVolumeSource": {
    "datasetName": "string",
    "datasetUUID": "string"
  },
  "V1GCEPersistentDiskVolumeSource": {
    "fsType": "string",
    "partition": "number",
    "pdName": "string",
    "readOnly": "boolean"
  },
  "V1GRPCAction": {
    "port": "number",
    "service": "string"
  },
  "V1GitRepoVolumeSource": {
    "directory": "string",
    "repository": "string",
    "revision": "string"
  },
  "V1GlusterfsVolumeSource": {
    "endpoints": "string",
    "path": "string",
    "readOnly": "boolean"
  },
  "V1HTTPGetAction": {
    "host": "string",
    "httpHeaders": "Array<V1HTTPHeader>",
    "path": "string",
    "port": "IntOrString",
    "scheme": "string"
  },
  "V1HTTPHeader": {
    "name": "string",
    "value": "string"
  },
  "V1HostAlias": {
    "hostnames": "Array<string>",
    "ip": "string"
  },
  "V1HostIP": {
    "ip": "string"
  },
  "V1HostPathVolumeSource": {
    "path": "string",
    "type": "string"
  },
  "V1ISCSIVolumeSource": {
    "chapAuthDiscovery": "boolean",
    "chapAuthSession": "boolean",
    "fsType": "string",
    "initiatorName": "string",
    "iqn": "string",
    "iscsiInterface": "string",
    "lun": "number",
    "portals": "Array<string>",
    "readOnly": "boolean",
    "secretRef": "V1LocalObjectReference",
    "targetPortal": "string"
  },
  "V1ImageVolumeSource": {
    "pullPolicy": "string",
    "reference": "string"
  },
  "V1ImageVolumeStatus": {
    "imageRef": "string"
  },
  "V1JSONSchemaProps": {
    "$ref": "string",
    "$schema": "string",
    "additionalItems": "any",
    "additionalProperties": "any",
    "allOf": "Array<V1JSONSchemaProps>",
    "anyOf": "Array<V1JSONSchemaProps>",
    "default": "any",
    "definitions": "{ [key: string]: V1JSONSchemaProps; }",
    "dependencies": "{ [key: string]: any; }",
    "description": "string",
    "enum": "Array<any>",
    "example": "any",
    "exclusiveMaximum": "boolean",
    "exclusiveMinimum": "boolean",
    "externalDocs": "V1ExternalDocumentation",
    "format": "string",
    "id": "string",
    "items": "any",
    "maxItems": "number",
    "maxLength": "number",
    "maxProperties": "number",
    "maximum": "number",
    "minItems": "number",
    "minLength": "number",
    "minProperties": "number",
    "minimum": "number",
    "multipleOf": "number",
    "not": "V1JSONSchemaProps",
    "nullable": "boolean",
    "oneOf": "Array<V1JSONSchemaProps>",
    "pattern": "string",
    "patternProperties": "{ [key: string]: V1JSONSchemaProps; }",
    "properties": "{ [key: string]: V1JSONSchemaProps; }",
    "required": "Array<string>",
    "title": "string",
    "type": "string",
    "uniqueItems": "boolean",
    "x-kubernetes-embedded-resource": "boolean",
    "x-kubernetes-int-or-string": "boolean",
    "x-kubernetes-list-map-keys": "Array<string>",
    "x-kubernetes-list-type": "string",
    "x-kubernetes-map-type": "string",
    "x-kubernetes-preserve-unknown-fields": "boolean",
    "x-kubernetes-validations": "Array<V1ValidationRule>"
  },
  "V1KeyToPath": {
    "key": "string",
    "mode": "number",
    "path": "string"
  },
  "V1LabelSelector": {
    "matchExpressions": "Array<V1LabelSelectorRequirement>",
    "matchLabels": "{ [key: string]: string; }"
  },
  "V1LabelSelectorRequirement": {
    "key": "string",
    "operator": "string",
    "values": "Array<string>"
  },
  "V1Lease": {
    "apiVersion": "string",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "spec": "V1LeaseSpec"
  },
  "V1LeaseSpec": {
    "acquireTime": "V1MicroTime",
    "holderIdentity": "string",
    "leaseDurationSeconds": "number",
    "leaseTransitions": "number",
    "preferredHolder": "string",
    "renewTime": "V1MicroTime",
    "strategy": "string"
  },
  "V1Lifecycle": {
    "postStart": "V1LifecycleHandler",
    "preStop": "V1LifecycleHandler",
    "stopSignal": "string"
  },
  "V1LifecycleHandler": {
    "exec": "V1ExecAction",
    "httpGet": "V1HTTPGetAction",
    "sleep": "V1SleepAction",
    "tcpSocket": "V1TCPSocketAction"
  },
  "V1LinuxContainerUser": {
    "gid": "number",
    "supplementalGroups": "Array<number>",
    "uid": "number"
  },
  "V1LocalObjectReference": {
    "name": "string"
  },
  "V1ManagedFieldsEntry": {
    "apiVersion": "string",
    "fieldsType": "string",
    "fieldsV1": "any",
    "manager": "string",
    "operation": "string",
    "subresource": "string",
    "time": "Date"
  },
  "V1NFSVolumeSource": {
    "path": "string",
    "readOnly": "boolean",
    "server": "string"
  },
  "V1Namespace": {
    "apiVersion": "string",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "spec": "V1NamespaceSpec",
    "status": "V1NamespaceStatus"
  },
  "V1NamespaceCondition": {
    "lastTransitionTime": "Date",
    "message": "string",
    "reason": "string",
    "status": "string",
    "type": "string"
  },
  "V1NamespaceSpec": {
    "finalizers": "Array<string>"
  },
  "V1NamespaceStatus": {
    "conditions": "Array<V1NamespaceCondition>",
    "phase": "string"
  },
  "V1Node": {
    "apiVersion": "string",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "spec": "V1NodeSpec",
    "status": "V1NodeStatus"
  },
  "V1NodeAddress": {
    "address": "string",
    "type": "string"
  },
  "V1NodeAffinity": {
    "preferredDuringSchedulingIgnoredDuringExecution": "Array<V1PreferredSchedulingTerm>",
    "requiredDuringSchedulingIgnoredDuringExecution": "V1NodeSelector"
  },
  "V1NodeAllocatableResourceClaimStatus": {
    "containers": "Array<string>",
    "resourceClaimName": "string",
    "resources": "{ [key: string]: string; }"
  },
  "V1NodeCondition": {
    "lastHeartbeatTime": "Date",
    "lastTransitionTime": "Date",
    "message": "string",
    "reason": "string",
    "status": "string",
    "type": "string"
  },
  "V1NodeConfigSource": {
    "configMap": "V1ConfigMapNodeConfigSource"
  },
  "V1NodeConfigStatus": {
    "active": "V1NodeConfigSource",
    "assigned": "V1NodeConfigSource",
    "error": "string",
    "lastKnownGood": "V1NodeConfigSource"
  },
  "V1NodeDaemonEndpoints": {
    "kubeletEndpoint": "V1DaemonEndpoint"
  },
  "V1NodeFeatures": {
    "supplementalGroupsPolicy": "boolean"
  },
  "V1NodeRuntimeHandler": {
    "features": "V1NodeRuntimeHandlerFeatures",
    "name": "string"
  },
  "V1NodeRuntimeHandlerFeatures": {
    "recursiveReadOnlyMounts": "boolean",
    "userNamespaces": "boolean"
  },
  "V1NodeSelector": {
    "nodeSelectorTerms": "Array<V1NodeSelectorTerm>"
  },
  "V1NodeSelectorRequirement": {
    "key": "string",
    "operator": "string",
    "values": "Array<string>"
  },
  "V1NodeSelectorTerm": {
    "matchExpressions": "Array<V1NodeSelectorRequirement>",
    "matchFields": "Array<V1NodeSelectorRequirement>"
  },
  "V1NodeSpec": {
    "configSource": "V1NodeConfigSource",
    "externalID": "string",
    "podCIDR": "string",
    "podCIDRs": "Array<string>",
    "providerID": "string",
    "taints": "Array<V1Taint>",
    "unschedulable": "boolean"
  },
  "V1NodeStatus": {
    "addresses": "Array<V1NodeAddress>",
    "allocatable": "{ [key: string]: string; }",
    "capacity": "{ [key: string]: string; }",
    "conditions": "Array<V1NodeCondition>",
    "config": "V1NodeConfigStatus",
    "daemonEndpoints": "V1NodeDaemonEndpoints",
    "declaredFeatures": "Array<string>",
    "features": "V1NodeFeatures",
    "images": "Array<V1ContainerImage>",
    "nodeInfo": "V1NodeSystemInfo",
    "phase": "string",
    "runtimeHandlers": "Array<V1NodeRuntimeHandler>",
    "volumesAttached": "Array<V1AttachedVolume>",
    "volumesInUse": "Array<string>"
  },
  "V1NodeSwapStatus": {
    "capacity": "number"
  },
  "V1NodeSystemInfo": {
    "architecture": "string",
    "bootID": "string",
    "containerRuntimeVersion": "string",
    "kernelVersion": "string",
    "kubeProxyVersion": "string",
    "kubeletVersion": "string",
    "machineID": "string",
    "operatingSystem": "string",
    "osImage": "string",
    "swap": "V1NodeSwapStatus",
    "systemUUID": "string"
  },
  "V1ObjectFieldSelector": {
    "apiVersion": "string",
    "fieldPath": "string"
  },
  "V1ObjectMeta": {
    "annotations": "{ [key: string]: string; }",
    "creationTimestamp": "Date",
    "deletionGracePeriodSeconds": "number",
    "deletionTimestamp": "Date",
    "finalizers": "Array<string>",
    "generateName": "string",
    "generation": "number",
    "labels": "{ [key: string]: string; }",
    "managedFields": "Array<V1ManagedFieldsEntry>",
    "name": "string",
    "namespace": "string",
    "ownerReferences": "Array<V1OwnerReference>",
    "resourceVersion": "string",
    "selfLink": "string",
    "uid": "string"
  },
  "V1ObjectReference": {
    "apiVersion": "string",
    "fieldPath": "string",
    "kind": "string",
    "name": "string",
    "namespace": "string",
    "resourceVersion": "string",
    "uid": "string"
  },
  "V1OwnerReference": {
    "apiVersion": "string",
    "blockOwnerDeletion": "boolean",
    "controller": "boolean",
    "kind": "string",
    "name": "string",
    "uid": "string"
  },
  "V1PersistentVolumeClaimSpec": {
    "accessModes": "Array<string>",
    "dataSource": "V1TypedLocalObjectReference",
    "dataSourceRef": "V1TypedObjectReference",
    "resources": "V1VolumeResourceRequirements",
    "selector": "V1LabelSelector",
    "storageClassName": "string",
    "volumeAttributesClassName": "string",
    "volumeMode": "string",
    "volumeName": "string"
  },
  "V1PersistentVolumeClaimTemplate": {
    "metadata": "V1ObjectMeta",
    "spec": "V1PersistentVolumeClaimSpec"
  },
  "V1PersistentVolumeClaimVolumeSource": {
    "claimName": "string",
    "readOnly": "boolean"
  },
  "V1PhotonPersistentDiskVolumeSource": {
    "fsType": "string",
    "pdID": "string"
  },
  "V1Pod": {
    "apiVersion": "string",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "spec": "V1PodSpec",
    "status": "V1PodStatus"
  },
  "V1PodAffinity": {
    "preferredDuringSchedulingIgnoredDuringExecution": "Array<V1WeightedPodAffinityTerm>",
    "requiredDuringSchedulingIgnoredDuringExecution": "Array<V1PodAffinityTerm>"
  },
  "V1PodAffinityTerm": {
    "labelSelector": "V1LabelSelector",
    "matchLabelKeys": "Array<string>",
    "mismatchLabelKeys": "Array<string>",
    "namespaceSelector": "V1LabelSelector",
    "namespaces": "Array<string>",
    "topologyKey": "string"
  },
  "V1PodAntiAffinity": {
    "preferredDuringSchedulingIgnoredDuringExecution": "Array<V1WeightedPodAffinityTerm>",
    "requiredDuringSchedulingIgnoredDuringExecution": "Array<V1PodAffinityTerm>"
  },
  "V1PodCertificateProjection": {
    "certificateChainPath": "string",
    "credentialBundlePath": "string",
    "keyPath": "string",
    "keyType": "string",
    "maxExpirationSeconds": "number",
    "signerName": "string",
    "userAnnotations": "{ [key: string]: string; }"
  },
  "V1PodCondition": {
    "lastProbeTime": "Date",
    "lastTransitionTime": "Date",
    "message": "string",
    "observedGeneration": "number",
    "reason": "string",
    "status": "string",
    "type": "string"
  },
  "V1PodDNSConfig": {
    "nameservers": "Array<string>",
    "options": "Array<V1PodDNSConfigOption>",
    "searches": "Array<string>"
  },
  "V1PodDNSConfigOption": {
    "name": "string",
    "value": "string"
  },
  "V1PodExtendedResourceClaimStatus": {
    "requestMappings": "Array<V1ContainerExtendedResourceRequest>",
    "resourceClaimName": "string"
  },
  "V1PodIP": {
    "ip": "string"
  },
  "V1PodOS": {
    "name": "string"
  },
  "V1PodReadinessGate": {
    "conditionType": "string"
  },
  "V1PodResourceClaim": {
    "name": "string",
    "resourceClaimName": "string",
    "resourceClaimTemplateName": "string"
  },
  "V1PodResourceClaimStatus": {
    "name": "string",
    "resourceClaimName": "string"
  },
  "V1PodSchedulingGate": {
    "name": "string"
  },
  "V1PodSchedulingGroup": {
    "podGroupName": "string"
  },
  "V1PodSecurityContext": {
    "appArmorProfile": "V1AppArmorProfile",
    "fsGroup": "number",
    "fsGroupChangePolicy": "string",
    "runAsGroup": "number",
    "runAsNonRoot": "boolean",
    "runAsUser": "number",
    "seLinuxChangePolicy": "string",
    "seLinuxOptions": "V1SELinuxOptions",
    "seccompProfile": "V1SeccompProfile",
    "supplementalGroups": "Array<number>",
    "supplementalGroupsPolicy": "string",
    "sysctls": "Array<V1Sysctl>",
    "windowsOptions": "V1WindowsSecurityContextOptions"
  },
  "V1PodSpec": {
    "activeDeadlineSeconds": "number",
    "affinity": "V1Affinity",
    "automountServiceAccountToken": "boolean",
    "containers": "Array<V1Container>",
    "dnsConfig": "V1PodDNSConfig",
    "dnsPolicy": "string",
    "enableServiceLinks": "boolean",
    "ephemeralContainers": "Array<V1EphemeralContainer>",
    "hostAliases": "Array<V1HostAlias>",
    "hostIPC": "boolean",
    "hostNetwork": "boolean",
    "hostPID": "boolean",
    "hostUsers": "boolean",
    "hostname": "string",
    "hostnameOverride": "string",
    "imagePullSecrets": "Array<V1LocalObjectReference>",
    "initContainers": "Array<V1Container>",
    "nodeName": "string",
    "nodeSelector": "{ [key: string]: string; }",
    "os": "V1PodOS",
    "overhead": "{ [key: string]: string; }",
    "preemptionPolicy": "string",
    "priority": "number",
    "priorityClassName": "string",
    "readinessGates": "Array<V1PodReadinessGate>",
    "resourceClaims": "Array<V1PodResourceClaim>",
    "resources": "V1ResourceRequirements",
    "restartPolicy": "string",
    "runtimeClassName": "string",
    "schedulerName": "string",
    "schedulingGates": "Array<V1PodSchedulingGate>",
    "schedulingGroup": "V1PodSchedulingGroup",
    "securityContext": "V1PodSecurityContext",
    "serviceAccount": "string",
    "serviceAccountName": "string",
    "setHostnameAsFQDN": "boolean",
    "shareProcessNamespace": "boolean",
    "subdomain": "string",
    "terminationGracePeriodSeconds": "number",
    "tolerations": "Array<V1Toleration>",
    "topologySpreadConstraints": "Array<V1TopologySpreadConstraint>",
    "volumes": "Array<V1Volume>"
  },
  "V1PodStatus": {
    "allocatedResources": "{ [key: string]: string; }",
    "conditions": "Array<V1PodCondition>",
    "containerStatuses": "Array<V1ContainerStatus>",
    "ephemeralContainerStatuses": "Array<V1ContainerStatus>",
    "extendedResourceClaimStatus": "V1PodExtendedResourceClaimStatus",
    "hostIP": "string",
    "hostIPs": "Array<V1HostIP>",
    "initContainerStatuses": "Array<V1ContainerStatus>",
    "message": "string",
    "nodeAllocatableResourceClaimStatuses": "Array<V1NodeAllocatableResourceClaimStatus>",
    "nominatedNodeName": "string",
    "observedGeneration": "number",
    "phase": "string",
    "podIP": "string",
    "podIPs": "Array<V1PodIP>",
    "qosClass": "string",
    "reason": "string",
    "resize": "string",
    "resourceClaimStatuses": "Array<V1PodResourceClaimStatus>",
    "resources": "V1ResourceRequirements",
    "startTime": "Date"
  },
  "V1PortworxVolumeSource": {
    "fsType": "string",
    "readOnly": "boolean",
    "volumeID": "string"
  },
  "V1Preconditions": {
    "resourceVersion": "string",
    "uid": "string"
  },
  "V1PreferredSchedulingTerm": {
    "preference": "V1NodeSelectorTerm",
    "weight": "number"
  },
  "V1Probe": {
    "exec": "V1ExecAction",
    "failureThreshold": "number",
    "grpc": "V1GRPCAction",
    "httpGet": "V1HTTPGetAction",
    "initialDelaySeconds": "number",
    "periodSeconds": "number",
    "successThreshold": "number",
    "tcpSocket": "V1TCPSocketAction",
    "terminationGracePeriodSeconds": "number",
    "timeoutSeconds": "number"
  },
  "V1ProjectedVolumeSource": {
    "defaultMode": "number",
    "sources": "Array<V1VolumeProjection>"
  },
  "V1QuobyteVolumeSource": {
    "group": "string",
    "readOnly": "boolean",
    "registry": "string",
    "tenant": "string",
    "user": "string",
    "volume": "string"
  },
  "V1RBDVolumeSource": {
    "fsType": "string",
    "image": "string",
    "keyring": "string",
    "monitors": "Array<string>",
    "pool": "string",
    "readOnly": "boolean",
    "secretRef": "V1LocalObjectReference",
    "user": "string"
  },
  "V1ResourceFieldSelector": {
    "containerName": "string",
    "divisor": "string",
    "resource": "string"
  },
  "V1ResourceHealth": {
    "health": "string",
    "message": "string",
    "resourceID": "string"
  },
  "V1ResourceRequirements": {
    "claims": "Array<CoreV1ResourceClaim>",
    "limits": "{ [key: string]: string; }",
    "requests": "{ [key: string]: string; }"
  },
  "V1ResourceStatus": {
    "name": "string",
    "resources": "Array<V1ResourceHealth>"
  },
  "V1SELinuxOptions": {
    "level": "string",
    "role": "string",
    "type": "string",
    "user": "string"
  },
  "V1ScaleIOVolumeSource": {
    "fsType": "string",
    "gateway": "string",
    "protectionDomain": "string",
    "readOnly": "boolean",
    "secretRef": "V1LocalObjectReference",
    "sslEnabled": "boolean",
    "storageMode": "string",
    "storagePool": "string",
    "system": "string",
    "volumeName": "string"
  },
  "V1SeccompProfile": {
    "localhostProfile": "string",
    "type": "string"
  },
  "V1Secret": {
    "apiVersion": "string",
    "data": "{ [key: string]: string; }",
    "immutable": "boolean",
    "kind": "string",
    "metadata": "V1ObjectMeta",
    "stringData": "{ [key: string]: string; }",
    "type": "string"
  },
  "V1SecretEnvSource": {
    "name": "string",
    "optional": "boolean"
  },
  "V1SecretKeySelector": {
    "key": "string",
    "name": "string",
    "optional": "boolean"
  },
  "V1SecretProjection": {
    "items": "Array<V1KeyToPath>",
    "name": "string",
    "optional": "boolean"
  },
  "V1SecretVolumeSource": {
    "defaultMode": "number",
    "items": "Array<V1KeyToPath>",
    "optional": "boolean",
    "secretName": "string"
  },
  "V1SecurityContext": {
    "allowPrivilegeEscalation": "boolean",
    "appArmorProfile": "V1AppArmorProfile",
    "capabilities": "V1Capabilities",
    "privileged": "boolean",
    "procMount": "string",
    "readOnlyRootFilesystem": "boolean",
    "runAsGroup": "number",
    "runAsNonRoot": "boolean",
    "runAsUser": "number",
    "seLinuxOptions": "V1SELinuxOptions",
    "seccompProfile": "V1SeccompProfile",
    "windowsOptions": "V1WindowsSecurityContextOptions"
  },
  "V1SelectableField": {
    "jsonPath": "string"
  },
  "V1ServiceAccountTokenProjection": {
    "audience": "string",
    "expirationSeconds": "number",
    "path": "string"
  },
  "V1SleepAction": {
    "seconds": "number"
  },
  "V1StorageOSVolumeSource": {
    "fsType": "string",
    "readOnly": "boolean",
    "secretRef": "V1LocalObjectReference",
    "volumeName": "string",
    "volumeNamespace": "string"
  },
  "V1Sysctl": {
    "name": "string",
    "value": "string"
  },
  "V1TCPSocketAction": {
    "host": "string",
    "port": "IntOrString"
  },
  "V1Taint": {
    "effect": "string",
    "key": "string",
    "timeAdded": "Date",
    "value": "string"
  },
  "V1Toleration": {
    "effect": "string",
    "key": "string",
    "operator": "string",
    "tolerationSeconds": "number",
    "value": "string"
  },
  "V1TopologySpreadConstraint": {
    "labelSelector": "V1LabelSelector",
    "matchLabelKeys": "Array<string>",
    "maxSkew": "number",
    "minDomains": "number",
    "nodeAffinityPolicy": "string",
    "nodeTaintsPolicy": "string",
    "topologyKey": "string",
    "whenUnsatisfiable": "string"
  },
  "V1TypedLocalObjectReference": {
    "apiGroup": "string",
    "kind": "string",
    "name": "string"
  },
  "V1TypedObjectReference": {
    "apiGroup": "string",
    "kind": "string",
    "name": "string",
    "namespace": "string"
  },
  "V1ValidationRule": {
    "fieldPath": "string",
    "message": "string",
    "messageExpression": "string",
    "optionalOldSelf": "boolean",
    "reason": "string",
    "rule": "string"
  },
  "V1Volume": {
    "awsElasticBlockStore": "V1AWSElasticBlockStoreVolumeSource",
    "azureDisk": "V1AzureDiskVolumeSource",
    "azureFile": "V1AzureFileVolumeSource",
    "cephfs": "V1CephFSVolumeSource",
    "cinder": "V1CinderVolumeSource",
    "configMap": "V1ConfigMapVolumeSource",
    "csi": "V1CSIVolumeSource",
    "downwardAPI": "V1DownwardAPIVolumeSource",
    "emptyDir": "V1EmptyDirVolumeSource",
    "ephemeral": "V1EphemeralVolumeSource",
    "fc": "V1FCVolumeSource",
    "flexVolume": "V1FlexVolumeSource",
    "flocker": "V1FlockerVolumeSource",
    "gcePersistentDisk": "V1GCEPersistentDiskVolumeSource",
    "gitRepo": "V1GitRepoVolumeSource",
    "glusterfs": "V1GlusterfsVolumeSource",
    "hostPath": "V1HostPathVolumeSource",
    "image": "V1ImageVolumeSource",
    "iscsi": "V1ISCSIVolumeSource",
    "name": "string",
    "nfs": "V1NFSVolumeSource",
    "persistentVolumeClaim": "V1PersistentVolumeClaimVolumeSource",
    "photonPersistentDisk": "V1PhotonPersistentDiskVolumeSource",
    "portworxVolume": "V1PortworxVolumeSource",
    "projected": "V1ProjectedVolumeSource",
    "quobyte": "V1QuobyteVolumeSource",
    "rbd": "V1RBDVolumeSource",
    "scaleIO": "V1ScaleIOVolumeSource",
    "secret": "V1SecretVolumeSource",
    "storageos": "V1StorageOSVolumeSource",
    "vsphereVolume": "V1VsphereVirtualDiskVolumeSource"
  },
  "V1VolumeDevice": {
    "devicePath": "string",
    "name": "string"
  },
  "V1VolumeMount": {
    "mountPath": "string",
    "mountPropagation": "string",
    "name": "string",
    "readOnly": "boolean",
    "recursiveReadOnly": "string",
    "subPath": "string",
    "subPathExpr": "string"
  },
  "V1VolumeMountStatus": {
    "mountPath": "string",
    "name": "string",
    "readOnly": "boolean",
    "recursiveReadOnly": "string",
    "volumeStatus": "V1VolumeStatus"
  },
  "V1VolumeProjection": {
    "clusterTrustBundle": "V1ClusterTrustBundleProjection",
    "configMap": "V1ConfigMapProjection",
    "downwardAPI": "V1DownwardAPIProjection",
    "podCertificate": "V1PodCertificateProjection",
    "secret": "V1SecretProjection",
    "serviceAccountToken": "V1ServiceAccountTokenProjection"
  },
  "V1VolumeResourceRequirements": {
    "limits": "{ [key: string]: string; }",
    "requests": "{ [key: string]: string; }"
  },
  "V1VolumeStatus": {
    "image": "V1ImageVolumeStatus"
  },
  "V1VsphereVirtualDiskVolumeSource": {
    "fsType": "string",
    "storagePolicyID": "string",
    "storagePolicyName": "string",
    "volumePath": "string"
  },
  "V1WebhookConversion": {
    "clientConfig": "ApiextensionsV1WebhookClientConfig",
    "conversionReviewVersions": "Array<string>"
  },
  "V1WeightedPodAffinityTerm": {
    "podAffinityTerm": "V1PodAffinityTerm",
    "weight": "number"
  },
  "V1WindowsSecurityContextOptions": {
    "gmsaCredentialSpec": "string",
    "gmsaCredentialSpecName": "string",
    "hostProcess": "boolean",
    "runAsUserName": "string"
  }
}
