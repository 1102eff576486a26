// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { Leases } from "../../src/leases/Leases.sol";
import { Prices } from "../../src/prices/Prices.sol";
import { Deploy } from "../base/Deploy.sol";
import { Vm } from "../base/Vm.sol";
import { DevicesDouble, MasternodesDouble, SettlementDouble, TreasuryDouble } from "./World.sol";

/// @title The leases on real prices, the rest of the network by stand-ins; values of a local network.
abstract contract LeasesFixture is Deploy {
    uint256 internal constant GENESIS = 1_800_000_000;
    uint256 internal constant PERIOD = 300;
    uint256 internal constant POSTING = 20;
    /// @dev A dollar an NXQ, in wei per micro-USD, rounded to a multiple of 3,600.
    uint256 internal constant PRICE = 1e12 - (1e12 % 3600);
    /// @dev Micro-USD an hour.
    uint40 internal constant RATE = 360_000;

    Leases internal constant LEASES = Leases(System.LEASES);
    Prices internal constant PRICES = Prices(System.PRICES);
    DevicesDouble internal constant DEVICES = DevicesDouble(System.DEVICES);
    MasternodesDouble internal constant MASTERNODES = MasternodesDouble(System.MASTERNODES);
    SettlementDouble internal constant SETTLEMENT = SettlementDouble(System.SETTLEMENT);
    TreasuryDouble internal constant TREASURY = TreasuryDouble(System.TREASURY);

    address internal owner = makeAddr("owner");
    address internal signer = makeAddr("signer");
    address internal stranger = makeAddr("stranger");

    function setUpLeases() internal {
        vm.warp(GENESIS);
        vm.etch(System.DEVICES, type(DevicesDouble).runtimeCode);
        vm.etch(System.MASTERNODES, type(MasternodesDouble).runtimeCode);
        vm.etch(System.SETTLEMENT, type(SettlementDouble).runtimeCode);
        vm.etch(System.TREASURY, type(TreasuryDouble).runtimeCode);
        address[] memory signers = new address[](1);
        signers[0] = signer;
        deployProxyAt(
            System.PRICES,
            abi.encodePacked(creationCodeOf("Prices"), abi.encode(GENESIS, PERIOD, 1, 1)),
            abi.encodeCall(Prices.initialize, (owner, PRICE, 2000, signers))
        );
        deployProxyAt(
            System.LEASES,
            abi.encodePacked(creationCodeOf("Leases"), abi.encode(GENESIS, PERIOD, POSTING)),
            abi.encodeCall(Leases.initialize, (owner, terms()))
        );
        vm.startPrank(owner);
        PRICES.listKind(1, "small", RATE);
        PRICES.listKind(2, "medium", 2 * RATE);
        PRICES.listKind(3, "odd", 1_234_567);
        vm.stopPrank();
        for (uint32 id = 1; id <= 3; ++id) {
            MASTERNODES.add(id, masternode(id));
        }
    }

    function terms() internal pure returns (ILeases.Terms memory) {
        return ILeases.Terms({ bufferSeconds: 60, delaySeconds: 60, closingRewardBps: 1000 });
    }

    function masternode(uint256 id) internal pure returns (address) {
        return address(uint160(0xA000 + id));
    }

    function tenant(uint256 id) internal pure returns (address) {
        return address(uint160(0xB000 + id));
    }

    function instanceOf(address account, uint256 number) internal pure returns (InstanceKey) {
        return InstanceKey.wrap(bytes32(bytes20(account)) | bytes32(number));
    }

    /// @dev An item that a batch left out, and why.
    struct Refused {
        InstanceKey instance;
        uint64 token;
        ILeases.Refusal refusal;
    }

    // ---- batches: each says which items it left out, in their order ----

    function openBatch(address from, ILeases.Opening[] memory batch) internal returns (Refused[] memory) {
        vm.recordLogs();
        vm.prank(from);
        LEASES.open(batch);
        return _refused(ILeases.OpeningRefused.selector);
    }

    function closeBatch(address from, ILeases.LeaseRef[] memory batch) internal returns (Refused[] memory) {
        vm.recordLogs();
        vm.prank(from);
        LEASES.close(batch);
        return _refused(ILeases.ClosingRefused.selector);
    }

    function closeInsolventBatch(address from, ILeases.LeaseRef[] memory batch)
        internal
        returns (Refused[] memory)
    {
        vm.recordLogs();
        vm.prank(from);
        LEASES.closeInsolvent(batch);
        return _refused(ILeases.ClosingRefused.selector);
    }

    /// @dev Bills as the settlement does once it has checked the proof.
    function billBatch(uint256 period, ILeases.Bill[] memory batch) internal returns (Refused[] memory) {
        vm.recordLogs();
        vm.prank(address(SETTLEMENT));
        LEASES.bill(period, batch);
        return _refused(ILeases.BillRefused.selector);
    }

    function skipBatch(uint256 period, ILeases.LeaseRef[] memory batch) internal returns (Refused[] memory) {
        vm.recordLogs();
        LEASES.skip(period, batch);
        return _refused(ILeases.BillRefused.selector);
    }

    function assertRefused(Refused[] memory found, Refused[] memory expected, string memory what)
        internal
        pure
    {
        assertEq(found.length, expected.length, what);
        for (uint256 i = 0; i < found.length; ++i) {
            assertEq(InstanceKey.unwrap(found[i].instance), InstanceKey.unwrap(expected[i].instance), what);
            assertEq(found[i].token, expected[i].token, what);
            assertEq(uint256(found[i].refusal), uint256(expected[i].refusal), what);
        }
    }

    function _refused(bytes32 topic) private returns (Refused[] memory list) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        list = new Refused[](logs.length);
        uint256 count = 0;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != topic) continue;
            (uint64 token, ILeases.Refusal refusal) = abi.decode(logs[i].data, (uint64, ILeases.Refusal));
            list[count++] = Refused(InstanceKey.wrap(logs[i].topics[1]), token, refusal);
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    // ---- batches of one item: `None` when it was taken ----

    function openOne(address from, ILeases.Opening memory opening) internal returns (ILeases.Refusal) {
        ILeases.Opening[] memory batch = new ILeases.Opening[](1);
        batch[0] = opening;
        return _only(openBatch(from, batch));
    }

    function closeOne(address from, InstanceKey instance, uint64 token) internal returns (ILeases.Refusal) {
        return _only(closeBatch(from, refs(instance, token)));
    }

    function closeInsolventOne(address from, InstanceKey instance, uint64 token)
        internal
        returns (ILeases.Refusal)
    {
        return _only(closeInsolventBatch(from, refs(instance, token)));
    }

    function billOne(uint256 period, InstanceKey instance, uint64 token, uint32 secondsSeen)
        internal
        returns (ILeases.Refusal)
    {
        ILeases.Bill[] memory batch = new ILeases.Bill[](1);
        batch[0] = ILeases.Bill(instance, token, secondsSeen);
        return _only(billBatch(period, batch));
    }

    function skipOne(uint256 period, InstanceKey instance, uint64 token) internal returns (ILeases.Refusal) {
        return _only(skipBatch(period, refs(instance, token)));
    }

    function _only(Refused[] memory list) private pure returns (ILeases.Refusal) {
        return list.length == 0 ? ILeases.Refusal.None : list[0].refusal;
    }

    function refs(InstanceKey instance, uint64 token)
        internal
        pure
        returns (ILeases.LeaseRef[] memory batch)
    {
        batch = new ILeases.LeaseRef[](1);
        batch[0] = ILeases.LeaseRef(instance, token);
    }
}
