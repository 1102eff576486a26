// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    EIP712Upgradeable
} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import { NoncesUpgradeable } from "@openzeppelin/contracts-upgradeable/utils/NoncesUpgradeable.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { Governed } from "../base/Governed.sol";
import { System } from "../base/System.sol";
import { DeviceTable } from "./DeviceTable.sol";
import { DeviceEvent, DeviceStatus, IDevices, RawScores } from "./IDevices.sol";
import { Measurements } from "./Measurements.sol";

/// @title The devices: who owns them, what they can do, whether they may work.
/// @dev Owners sign, anyone relays. {Measurements} says who measures; {Ownership} remembers who owned what when.
contract Devices is Measurements, Governed, EIP712Upgradeable, NoncesUpgradeable {
    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(address owner,uint256 key,bytes32 tlsKeyHash,bytes32 region,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256(
        "Acceptance(uint32 device,uint32 cpu,uint32 memoryScore,uint32 storageScore,uint32 gpu,uint32 isp,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant RETIREMENT_TYPEHASH =
        keccak256("Retirement(uint32 device,uint256 nonce,uint256 deadline)");

    constructor(uint256 measureSeconds_, uint256 reorderSeconds_)
        Measurements(measureSeconds_, reorderSeconds_)
    { }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        __EIP712_init("NexQloud Devices", "1");
        __Nonces_init();
    }

    /// @inheritdoc IDevices
    function register(Registration calldata registration, bytes calldata signature)
        external
        returns (uint32 id)
    {
        DevicesStorage storage $ = _devices();
        address claimant = registration.owner;
        bytes32 fields = keccak256(
            abi.encode(
                REGISTRATION_TYPEHASH,
                claimant,
                registration.key,
                registration.tlsKeyHash,
                registration.region,
                _useNonce(claimant),
                registration.deadline
            )
        );
        _requireSigned(claimant, fields, registration.deadline, signature);
        address holder = IERC721(System.DIGITAL_KEYS).ownerOf(registration.key);
        if (holder != claimant) revert DevicesNotKeyOwner(registration.key, holder, claimant);
        uint32 used = $.byKey[registration.key];
        if (used != 0) revert DevicesKeyInUse(registration.key, used);
        used = $.byTlsKey[registration.tlsKeyHash];
        if (used != 0) revert DevicesTlsKeyInUse(registration.tlsKeyHash, used);
        id = ++$.count;
        $.byKey[registration.key] = id;
        Record storage record = $.records[id];
        record.status = DeviceTable.next(id, DeviceStatus.None, DeviceEvent.Register);
        (record.owner, record.ownedSince) = (claimant, uint40(block.timestamp));
        (record.key, record.tlsKeyHash, record.region) =
        (registration.key, registration.tlsKeyHash, registration.region);
        emit DeviceRegistered(id, claimant, registration.key, registration.tlsKeyHash);
        _orderFirst(id);
    }

    /// @inheritdoc IDevices
    function accept(uint32 id, RawScores calldata scores, uint256 deadline, bytes calldata signature)
        external
    {
        Record storage record = _record(id);
        address holder = record.owner;
        bytes32 fields = keccak256(abi.encode(ACCEPTANCE_TYPEHASH, id, scores, _useNonce(holder), deadline));
        _requireSigned(holder, fields, deadline, signature);
        if (!_isOffered(record, scores)) revert DevicesScoresNotOffered(id);
        record.status = DeviceTable.next(id, record.status, DeviceEvent.Accept);
        record.accepted = scores;
        delete record.offered;
        record.hasOffer = false;
        emit DeviceAccepted(id, holder, scores);
    }

    /// @inheritdoc IDevices
    function retire(uint32 id, uint256 deadline, bytes calldata signature) external {
        Record storage record = _record(id);
        bytes32 fields = keccak256(abi.encode(RETIREMENT_TYPEHASH, id, _useNonce(record.owner), deadline));
        _requireSigned(record.owner, fields, deadline, signature);
        record.status = DeviceTable.next(id, record.status, DeviceEvent.Retire);
        delete _devices().byKey[record.key];
        if (_devices().byTlsKey[record.tlsKeyHash] == id) delete _devices().byTlsKey[record.tlsKeyHash];
        _cancelOrder(record);
        emit DeviceRetired(id);
    }

    /// @inheritdoc IDevices
    function keyTransferred(uint256 key, address to) external {
        if (msg.sender != System.DIGITAL_KEYS) revert DevicesCallerNotKeys(msg.sender);
        uint32 id = _devices().byKey[key];
        if (id == 0) return;
        Record storage record = _devices().records[id];
        DeviceStatus next = DeviceTable.next(id, record.status, DeviceEvent.Transfer);
        if (next == DeviceStatus.Suspended) emit DeviceSuspended(id, record.owner, to);
        record.status = next;
        _changeOwner(record, to);
    }

    /// @inheritdoc IDevices
    function device(uint32 id) external view returns (Device memory) {
        Record storage record = _devices().records[id];
        return Device({
            key: record.key,
            tlsKeyHash: record.tlsKeyHash,
            region: record.region,
            owner: record.owner,
            status: record.status,
            accepted: record.accepted,
            offered: record.offered,
            measurer: record.measurer,
            measureBefore: record.measureBefore
        });
    }

    /// @inheritdoc IDevices
    function deviceOfKey(uint256 key) external view returns (uint32) {
        return _devices().byKey[key];
    }

    /// @inheritdoc IDevices
    function deviceOfTlsKey(bytes32 tlsKeyHash) external view returns (uint32) {
        return _devices().byTlsKey[tlsKeyHash];
    }

    /// @inheritdoc IDevices
    function isActive(uint32 id) public view returns (bool) {
        return _devices().records[id].status == DeviceStatus.Active;
    }

    /// @inheritdoc IDevices
    function areActive(uint32[] calldata devices) external view returns (bool[] memory active) {
        active = new bool[](devices.length);
        for (uint256 i = 0; i < devices.length; ++i) {
            active[i] = isActive(devices[i]);
        }
    }

    /// @inheritdoc IDevices
    function deviceCount() external view returns (uint256) {
        return _devices().count;
    }

    /// @dev What was measured last; once that is accepted, and the device changed hands, what was accepted.
    function _isOffered(Record storage record, RawScores calldata scores) private view returns (bool) {
        if (!record.hasOffer && record.status != DeviceStatus.Suspended) return false;
        RawScores memory offered = record.hasOffer ? record.offered : record.accepted;
        return keccak256(abi.encode(offered)) == keccak256(abi.encode(scores));
    }

    function _requireSigned(address signer, bytes32 fields, uint256 deadline, bytes calldata signature)
        private
        view
    {
        if (block.timestamp > deadline) revert DevicesDeadlinePassed(deadline, block.timestamp);
        bytes32 digest = _hashTypedDataV4(fields);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert DevicesSignatureInvalid(signer);
        }
    }
}
