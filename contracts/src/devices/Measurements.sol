// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { System } from "../base/System.sol";
import { IMasternodes } from "../masternodes/IMasternodes.sol";
import { SettlementRule } from "../settlement/SettlementRule.sol";
import { DeviceTable } from "./DeviceTable.sol";
import { DeviceEvent, DeviceStatus, IDevices, RawScores } from "./IDevices.sol";
import { Ownership } from "./Ownership.sol";
import { ScoreRule } from "./ScoreRule.sol";

/// @title Who measures a device, and what its measurement changes.
/// @dev The measurer follows from the hash of the block in which the measurement was ordered. No transaction of that
/// block knows it, so nobody can undo an order that draws no friend; and a key waits between two orders, whatever
/// became of the first and however often its device is registered anew, so that trying again is slow.
abstract contract Measurements is Ownership {
    IMasternodes private constant MASTERNODES = IMasternodes(System.MASTERNODES);

    /// @notice How long a drawn masternode has, in seconds.
    uint256 public immutable measureSeconds;

    /// @notice Least time between two orders for one key, in seconds.
    uint256 public immutable reorderSeconds;

    constructor(uint256 measureSeconds_, uint256 reorderSeconds_) {
        measureSeconds = measureSeconds_;
        reorderSeconds = reorderSeconds_;
    }

    /// @inheritdoc IDevices
    function orderMeasurement(uint32 id) external {
        Record storage record = _record(id);
        if (MASTERNODES.activeIdOf(msg.sender) == 0) revert DevicesCallerNotMasternode(msg.sender);
        if (record.status != DeviceStatus.Active) {
            revert DevicesIllegalTransition(id, record.status, DeviceEvent.Measure);
        }
        if (record.drawBlock != 0) revert DevicesDrawPending(id, record.measureBefore);
        _orderAgain(id);
    }

    /// @inheritdoc IDevices
    function draw(uint32 id) external {
        Record storage record = _record(id);
        if (record.drawBlock == 0) {
            if (record.status != DeviceStatus.Registered) revert DevicesNoMeasurementOrdered(id);
            return _orderAgain(id);
        }
        if (record.measurer != 0) {
            if (block.timestamp <= record.measureBefore) revert DevicesDrawPending(id, record.measureBefore);
            return _orderAgain(id);
        }
        if (block.number <= record.drawBlock) revert DevicesDrawTooEarly(id, record.drawBlock);
        bytes32 seed = blockhash(record.drawBlock);
        if (seed == 0) return _orderAgain(id);
        uint32 drawn = _pick(uint256(keccak256(abi.encode(seed, id))), record.lastMeasurer);
        (record.measurer, record.measureBefore) = (drawn, uint40(block.timestamp + measureSeconds));
        emit MeasurerDrawn(id, drawn, record.measureBefore);
    }

    /// @inheritdoc IDevices
    function measure(uint32 id, RawScores calldata scores) external {
        Record storage record = _record(id);
        uint32 caller = MASTERNODES.activeIdOf(msg.sender);
        if (caller == 0 || caller != record.measurer) {
            revert DevicesNotMeasurer(id, record.measurer, msg.sender);
        }
        if (block.timestamp > record.measureBefore) revert DevicesMeasuredTooLate(id, record.measureBefore);
        record.status = DeviceTable.next(id, record.status, DeviceEvent.Measure);
        _claimTlsKey(id, record.tlsKeyHash);
        _cancelOrder(record);
        if (record.hasOffer) record.accepted = ScoreRule.lowered(record.accepted, record.offered, scores);
        (record.offered, record.hasOffer, record.lastMeasurer) = (scores, true, caller);
        emit DeviceMeasured(id, caller, scores);
    }

    /// @inheritdoc IDevices
    function nextOrderAt(uint256 key) public view returns (uint256) {
        return _devices().nextOrderAt[key];
    }

    /// @dev The measurer spoke to the device, so the TLS key is proven to be its own: nobody can take another's hash by
    /// registering it first.
    function _claimTlsKey(uint32 id, bytes32 tlsKeyHash) private {
        uint32 used = _devices().byTlsKey[tlsKeyHash];
        if (used != 0 && used != id) revert DevicesTlsKeyInUse(tlsKeyHash, used);
        if (used == 0) _devices().byTlsKey[tlsKeyHash] = id;
    }

    /// @dev While the key waits a new device has no order; {draw} makes it later.
    function _orderFirst(uint32 id) internal {
        if (block.timestamp >= nextOrderAt(_devices().records[id].key)) _order(id);
    }

    function _orderAgain(uint32 id) private {
        uint256 from = nextOrderAt(_devices().records[id].key);
        if (block.timestamp < from) revert DevicesOrderTooEarly(id, from);
        _order(id);
    }

    function _order(uint32 id) private {
        Record storage record = _devices().records[id];
        (record.measurer, record.measureBefore, record.drawBlock) = (0, 0, uint64(block.number));
        _devices().nextOrderAt[record.key] = uint40(block.timestamp + reorderSeconds);
        emit MeasurementOrdered(id, block.number);
    }

    function _cancelOrder(Record storage record) internal {
        (record.measurer, record.measureBefore, record.drawBlock) = (0, 0, 0);
    }

    /// @dev One of the active masternodes but `last`, each as likely as the other; `last` when nobody else is active.
    function _pick(uint256 random, uint32 last) private view returns (uint32 picked) {
        uint256 seats = MASTERNODES.activeSeats();
        uint256 count = SettlementRule.count(seats);
        if (count == 0) revert DevicesNoMasternodeActive();
        uint256 seat = _nth(seats, random % count);
        picked = MASTERNODES.inSeat(uint8(seat));
        if (picked != last || count == 1) return picked;
        return MASTERNODES.inSeat(uint8(_nth(seats & ~(1 << seat), (random / count) % (count - 1))));
    }

    /// @dev The seat of the bit of `seats` above its `skip` lowest ones.
    function _nth(uint256 seats, uint256 skip) private pure returns (uint256) {
        for (; skip > 0; --skip) {
            seats &= seats - 1;
        }
        return Math.log2(seats & (~seats + 1));
    }
}
